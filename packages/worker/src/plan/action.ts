import type { Violation } from "@protomesh/core";
import type { Address } from "./address.js";
import type { Outcome, Run } from "./observed.js";
import type { Recorded } from "./recorded.js";

/** One step towards what is declared. After each step the resource is observed and planned again. */
export interface Plan {
  readonly action: Action;
  /**
   * What the ledger must say: before the start call of a "start", after the ending of an "end". Undefined: nothing,
   * the resource is forgotten.
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
  | { readonly act: "start"; readonly endings: readonly Ending[]; readonly requestId: string };

/** Ends a chain of runs. It is named by its first run, so that a successor at the same address is never hit. */
export interface Ending {
  readonly address: Address;
  readonly firstRunId: string;
  readonly how: "cancel" | "terminate";
  readonly reason: string;
}

/** How a resource stands, for people. */
export type Standing =
  | { readonly is: "dropped" }
  | { readonly is: "invalid"; readonly violations: readonly Violation[] }
  | { readonly is: "refused"; readonly reason: string }
  | { readonly is: "starting" }
  | { readonly is: "running" }
  | { readonly is: "done"; readonly outcome: Outcome }
  /** An unsuccessful run is started again at this time. */
  | { readonly is: "restarting"; readonly outcome: Outcome; readonly until: number }
  /** A run of an older version may finish first. */
  | { readonly is: "stale"; readonly run: Run }
  /** Somebody else's run holds the workflow id. */
  | { readonly is: "conflict"; readonly run: Run };

/** `nothing`, unless something has to be ended all the same. */
export function endOrNothing(endings: readonly Ending[]): Action {
  return endings.length === 0 ? { act: "nothing" } : { act: "end", endings };
}
