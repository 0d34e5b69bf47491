import type { Mark } from "../plan/observed.js";
import type { OnDrop } from "../plan/on-drop.js";
import { jsonPayload, textOfPayload, type Payload } from "./payload.js";

const keys = {
  owner: "protomesh.owner",
  resourceId: "protomesh.resource_id",
  specHash: "protomesh.spec_hash",
  optionsHash: "protomesh.options_hash",
  onDrop: "protomesh.on_drop",
} as const;

/** What a workflow carries to say whose it is. `onDrop` is there for people: the ledger's is the one that counts. */
export function memoOf(mark: Mark, onDrop: OnDrop): Record<string, Payload> {
  return {
    [keys.owner]: jsonPayload(JSON.stringify(mark.owner)),
    [keys.resourceId]: jsonPayload(JSON.stringify(mark.resourceId)),
    [keys.specHash]: jsonPayload(JSON.stringify(mark.specHash)),
    ...(mark.optionsHash !== undefined && { [keys.optionsHash]: jsonPayload(JSON.stringify(mark.optionsHash)) }),
    [keys.onDrop]: jsonPayload(JSON.stringify(onDrop)),
  };
}

/** @returns undefined on a workflow or schedule that no worker of this project started */
export function markOf(fields: Readonly<Record<string, Payload>>): Mark | undefined {
  const owner = textOfPayload(fields[keys.owner]);
  const resourceId = textOfPayload(fields[keys.resourceId]);
  const specHash = textOfPayload(fields[keys.specHash]);
  if (owner === undefined || resourceId === undefined || specHash === undefined) return undefined;
  return { owner, resourceId, specHash, optionsHash: textOfPayload(fields[keys.optionsHash]) };
}
