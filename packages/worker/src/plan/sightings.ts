import { Condition_State, type ResourceStatus } from "@protomesh/core/api";
import type { Declared, DeclaredTrigger } from "./declared.js";
import type { Mark } from "./observed.js";
import { sameMark } from "./ownership.js";
import { samePlace } from "./address.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Recorded } from "./recorded.js";
import { isSettled } from "./settled.js";

/**
 * Open workflows as the server's list has them, which is late by a moment and may be long: the marks of ours, by Temporal
 * namespace and workflow id. A sighting saves a look at what seems to be as it should be; nothing is ever done for one.
 */
export type Sightings = ReadonlyMap<string, ReadonlyMap<string, Mark>>;

export const noSightings: Sightings = new Map();

export interface LastSaid {
  readonly status: ResourceStatus;
  readonly recorded: Recorded;
}

/** Whether a trigger needs no look: the ledger says that it is done or runs, and its run, if it has one, was sighted. */
export function isAsItShouldBe(
  declared: Declared,
  { status, recorded }: LastSaid,
  sightings: Sightings,
  settings: PlanSettings,
): boolean {
  if (declared.is !== "trigger" || declared.schedule !== undefined) return false;
  if (status.observedIndex !== declared.index || recorded.onDrop !== declared.onDrop) return false;
  if (!status.conditions.some(({ type, state }) => type === "Started" && state === Condition_State.TRUE)) return false;
  return isSettled(declared, recorded, settings) || isSighted(declared, recorded, sightings, settings);
}

function isSighted(
  { address, resourceId, specHash }: DeclaredTrigger,
  recorded: Recorded,
  sightings: Sightings,
  { owner }: PlanSettings,
): boolean {
  if (recorded.phase.is !== "started" || recorded.specHash !== specHash) return false;
  if (!samePlace(recorded.address, address)) return false;
  const mark = sightings.get(address.namespace)?.get(address.workflowId);
  return sameMark(mark, { owner, resourceId, specHash });
}
