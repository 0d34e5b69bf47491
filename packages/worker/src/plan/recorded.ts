import type { Address } from "./address.js";
import type { OnDrop } from "./on-drop.js";
import type { Outcome } from "./observed.js";

/**
 * The ledger's entry of one resource: the last start that was made for it. It outlives the resource, until the run has
 * got its `onDrop`, and Temporal's own memory of the run.
 */
export interface Recorded {
  /** The version of the resource that the entry was written for. */
  readonly index: bigint;
  readonly specHash: string;
  readonly address: Address;
  readonly onDrop: OnDrop;
  /** What stands at the address: a workflow, or a schedule that starts it. */
  readonly carrier: "workflow" | "schedule";
  /** How many starts in a row followed an unsuccessful run of the same version. */
  readonly restarts: number;
  /** Where the start is a restart: the first run id of the closed chain that it follows. */
  readonly previousRunId: string | undefined;
  /** How that one ended. */
  readonly previousOutcome?: Outcome | undefined;
  /** The run that was told of this version by a signal, where it was started for another. */
  readonly toldRunId?: string | undefined;
  readonly phase: Phase;
}

export type Phase =
  /** Written before the start call: the run may or may not be there. */
  | { readonly is: "intended" }
  /** Written before the schedule is created, and from then on. */
  | { readonly is: "scheduled" }
  | { readonly is: "started"; readonly firstRunId: string }
  | { readonly is: "closed"; readonly firstRunId: string; readonly outcome: Outcome; readonly closedAt: number }
  /** Temporal will not start this version, whoever asks. */
  | { readonly is: "refused"; readonly reason: string };
