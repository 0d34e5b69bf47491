import { Trigger_OverlapPolicy, type Duration, type Trigger } from "@protomesh/core/api";
import { nonZero } from "./non-zero.js";

/** When a schedule starts its workflow. */
export interface ScheduleOptions {
  readonly cronExpressions: readonly string[];
  readonly interval: Duration | undefined;
  readonly offset: Duration | undefined;
  /** Empty: UTC. */
  readonly timeZone: string;
  readonly jitter: Duration | undefined;
  readonly overlap: Overlap;
  readonly catchUpWindow: Duration | undefined;
  readonly pausesOnFailure: boolean;
}

/** What becomes of a start while a run is under way. */
export type Overlap = "skip" | "buffer-one" | "buffer-all" | "cancel-other" | "terminate-other" | "allow-all";

/** @returns undefined where none is declared, and for an overlap policy that this version does not know */
export function scheduleOptionsOf({ schedule }: Trigger): ScheduleOptions | undefined {
  const overlap = schedule && overlapOf(schedule.overlapPolicy);
  if (schedule === undefined || overlap === undefined) return undefined;
  return {
    cronExpressions: schedule.cronExpressions,
    interval: nonZero(schedule.interval),
    offset: nonZero(schedule.offset),
    timeZone: schedule.timeZone,
    jitter: nonZero(schedule.jitter),
    overlap,
    catchUpWindow: nonZero(schedule.catchUpWindow),
    pausesOnFailure: schedule.pauseOnFailure,
  };
}

function overlapOf(policy: Trigger_OverlapPolicy): Overlap | undefined {
  switch (policy) {
    case Trigger_OverlapPolicy.SKIP:
      return "skip";
    case Trigger_OverlapPolicy.BUFFER_ONE:
      return "buffer-one";
    case Trigger_OverlapPolicy.BUFFER_ALL:
      return "buffer-all";
    case Trigger_OverlapPolicy.CANCEL_OTHER:
      return "cancel-other";
    case Trigger_OverlapPolicy.TERMINATE_OTHER:
      return "terminate-other";
    case Trigger_OverlapPolicy.ALLOW_ALL:
      return "allow-all";
    case Trigger_OverlapPolicy.UNRECOGNIZED:
      return undefined;
  }
}
