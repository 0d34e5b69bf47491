import type { DeclaredTrigger } from "./declared.js";
import type { Outcome } from "./observed.js";
import type { PlanSettings } from "./plan-settings.js";

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;
/** A run that lasted this long was no quick failure: the delays begin anew. */
const steadyMs = 600_000;

/** Whether a run that ended so leaves nothing more to be done for its version. */
export function isFinal(outcome: Outcome, declared: DeclaredTrigger, settings: PlanSettings): boolean {
  switch (outcome) {
    case "completed":
      return true;
    case "unknown":
      // It did run, and may have completed: starting it again could be once too often. A cron chain never completes.
      if (declared.start.cronSchedule === "") return true;
      break;
    case "failed":
    case "cancelled":
    case "terminated":
    case "timed-out":
      break;
  }
  return declared.ifRunning === "overlap" && !settings.restartsOverlapping;
}

/** How many restarts in a row count for a run that lasted from `startedAt` (unknown: a short time) to `closedAt`. */
export function restartsInRow(restarts: number, startedAt: number | undefined, closedAt: number): number {
  return startedAt !== undefined && closedAt - startedAt >= steadyMs ? 0 : restarts;
}

/** When the next start is due. Without jitter: every worker must come to the same answer. */
export function restartAt(closedAt: number, restarts: number): number {
  return closedAt + Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(restarts, 30));
}
