import type { Condition, ResourceStatus } from "@protomesh/core/api";
import type { Count } from "./count.js";
import type { Instance } from "./fleet.js";

/** What one reporter makes of one version of a resource. */
export interface Report {
  readonly reporter: string;
  readonly is: "live" | "waiting" | "failed";
  readonly text: string;
  /** On how many nodes it is, of how many that the reporter serves. */
  readonly nodes: Count | undefined;
  /** It serves no nodes, and so has nothing to say of it. */
  readonly isIdle: boolean;
}

/** What a status says of the version with an index. */
export function reportOf({ reporter, observedIndex, conditions, details }: ResourceStatus, index: bigint): Report {
  const nodes = nodesIn(details);
  const isIdle = nodes?.of === 0;
  if (observedIndex < index) {
    return { reporter, is: "waiting", text: `is at revision ${observedIndex} of it`, nodes: undefined, isIdle };
  }
  const against = conditions.find(isAgainst);
  if (against !== undefined) return { reporter, is: "failed", text: textOf(against), nodes, isIdle: false };
  const open = conditions.find(isOpen);
  if (open !== undefined) return { reporter, is: "waiting", text: textOf(open), nodes, isIdle };
  const last = conditions.findLast(({ state }) => state === "STATE_TRUE");
  if (last === undefined) return { reporter, is: "waiting", text: "says nothing of it yet", nodes, isIdle };
  return { reporter, is: "live", text: textOf(last), nodes, isIdle };
}

/** What it means that an instance lives, and says nothing of the version with an index. */
export function silenceOf({ reporter, revision, details }: Instance, index: bigint): Report {
  const text = revision < index ? `is at revision ${revision}` : "has not reported it";
  const isIdle = details["connected"] === "0" && details["gone"] === "0";
  return { reporter, is: "waiting", text, nodes: undefined, isIdle };
}

/** What only somebody's change can mend. */
function isAgainst({ type, state, reason }: Condition): boolean {
  if (type === "Conflict") return state === "STATE_TRUE";
  if (type === "Accepted") return state === "STATE_FALSE";
  return type === "Programmed" && state === "STATE_FALSE" && reason !== "Pending";
}

function isOpen({ type, state }: Condition): boolean {
  return type !== "Conflict" && state !== "STATE_TRUE";
}

function textOf({ type, reason, message }: Condition): string {
  return message === "" ? `${type} (${reason})` : message;
}

function nodesIn({ nodes, programmed }: ResourceStatus["details"]): Count | undefined {
  if (nodes === undefined || programmed === undefined) return undefined;
  const count = { count: Number(programmed), of: Number(nodes) };
  return Number.isSafeInteger(count.count) && Number.isSafeInteger(count.of) ? count : undefined;
}
