import type { Address } from "./address.js";

/** What Temporal answered about one resource. */
export interface Observed {
  /** When it was asked, in milliseconds since 1970. */
  readonly at: number;
  /** The current run at the declared address. */
  readonly current: Run | undefined;
  /** The run that the ledger speaks of, where that is not `current`. */
  readonly recorded: Run | undefined;
  /** `current` was started for another resource, which is still declared: it is left alone, whatever is set. */
  readonly isRivals?: boolean;
  /** The schedule at the declared address, where one is declared. */
  readonly schedule?: SeenSchedule | undefined;
  /** The schedule that the ledger speaks of, where that is another one. */
  readonly recordedSchedule?: SeenSchedule | undefined;
}

/** A schedule, as Temporal describes it. */
export interface SeenSchedule {
  readonly address: Address;
  readonly mark: Mark | undefined;
  /** Why it is paused; undefined: it is not. */
  readonly paused: string | undefined;
  /** The runs that it has started and that may be under way, where they were asked for. */
  readonly running: readonly { readonly workflowId: string; readonly runId: string }[];
}

/** A run, as part of its chain: the runs that Temporal makes of one start by retries, cron and continue-as-new. */
export interface Run {
  readonly address: Address;
  readonly runId: string;
  /** Names the chain. */
  readonly firstRunId: string;
  readonly workflowType: string;
  /** Absent on a workflow that no worker of ours started. */
  readonly mark: Mark | undefined;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly state: RunState;
}

export type RunState =
  | {
      readonly is: "running";
      /** A cron chain between two ticks: the server says RUNNING, and no code of the workflow has run yet. */
      readonly waitsForTick: boolean;
    }
  | { readonly is: "closed"; readonly outcome: Outcome; readonly closedAt: number };

const outcomes = ["completed", "failed", "cancelled", "terminated", "timed-out", "unknown"] as const;

/** How a run ended; `unknown` where Temporal has forgotten it or only a part of its chain is left. */
export type Outcome = (typeof outcomes)[number];

export function isOutcome(value: string | undefined): value is Outcome {
  return outcomes.some((outcome) => outcome === value);
}

/** What we wrote on a workflow when we started it: whose it is, and which version of what. */
export interface Mark {
  readonly owner: string;
  readonly resourceId: string;
  readonly specHash: string;
  /** The spec hash without the arguments; absent on what an older worker started. */
  readonly optionsHash?: string | undefined;
}
