import type { Violation } from "@protomesh/core";
import type { Address } from "./address.js";
import type { Outcome, Run, SeenSchedule } from "./observed.js";
import type { Recorded } from "./recorded.js";

/** One step towards what is declared. After each step the resource is observed and planned again. */
export interface Plan {
  readonly action: Action;
  /**
   * What the ledger must say: before the call of a "start" or a "schedule", after that of an "end" or a "signal".
   * Undefined: nothing, the resource is forgotten.
   */
  readonly record: Recorded | undefined;
  readonly standing: Standing;
}

export type Action =
  | { readonly act: "nothing" }
  /** Plan again at this time, in milliseconds since 1970. */
  | { readonly act: "wait"; readonly until: number }
  | { readonly act: "end"; readonly endings: readonly Ending[] }
  /** First the endings, then the record, then the start call. */
  | { readonly act: "start"; readonly endings: readonly Ending[]; readonly requestId: string }
  /** Tells the run of the declared arguments. */
  | { readonly act: "signal"; readonly endings: readonly Ending[]; readonly runId: string; readonly requestId: string }
  /** First the endings, then the record, then the schedule is created, or replaced where there is one. */
  | {
      readonly act: "schedule";
      readonly endings: readonly Ending[];
      readonly how: "create" | "update";
    };

export type Ending = RunEnding | ScheduleEnding;

/** Ends a chain of runs. It is named by its first run, so that a successor at the same address is never hit. */
export interface RunEnding {
  readonly address: Address;
  readonly firstRunId: string;
  readonly how: "cancel" | "terminate";
  readonly reason: string;
}

/** Has a schedule start nothing more: it is paused, for as long as its runs are ended, and deleted after that. */
export interface ScheduleEnding {
  readonly address: Address;
  readonly how: "pause" | "delete";
  readonly reason: string;
}

/** How a resource stands, for people. */
export type Standing =
  | { readonly is: "dropped" }
  | { readonly is: "invalid"; readonly violations: readonly Violation[] }
  | { readonly is: "refused"; readonly reason: string }
  | { readonly is: "starting" }
  | { readonly is: "running" }
  /** A schedule starts the workflow; why it is paused, where it is. */
  | { readonly is: "scheduled"; readonly paused: string | undefined }
  /** What was there before is being ended, in more than one step. */
  | { readonly is: "ending" }
  /** Temporal could not be asked. */
  | { readonly is: "failing"; readonly reason: string }
  | { readonly is: "done"; readonly outcome: Outcome }
  /** An unsuccessful run is started again at this time. */
  | { readonly is: "restarting"; readonly outcome: Outcome; readonly until: number }
  /** A run of an older version may finish first. */
  | { readonly is: "stale"; readonly run: Run }
  /** Somebody else's run holds the workflow id. */
  | { readonly is: "conflict"; readonly run: Run }
  /** Somebody else's schedule holds the id. */
  | { readonly is: "schedule-conflict"; readonly schedule: SeenSchedule };

/** `nothing`, unless something has to be ended all the same. */
export function endOrNothing(endings: readonly Ending[]): Action {
  return endings.length === 0 ? { act: "nothing" } : { act: "end", endings };
}
