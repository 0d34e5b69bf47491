import { endOrNothing, type Ending, type Plan } from "./action.js";
import { samePlace } from "./address.js";
import type { DeclaredTrigger } from "./declared.js";
import { leftoverOf, nothingLeft, type Leftover } from "./leftover.js";
import type { Observed, Run, SeenSchedule } from "./observed.js";
import { isOurs, versionOf } from "./ownership.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Phase, Recorded } from "./recorded.js";

/**
 * The next step for a trigger that a schedule starts. A schedule is there or not, and is replaced in place: its runs are
 * the schedule's own affair, by its overlap policy.
 */
export function planOfSchedule(
  declared: DeclaredTrigger,
  recorded: Recorded | undefined,
  observed: Observed,
  settings: PlanSettings,
): Plan {
  const stays = recorded !== undefined && samePlace(recorded.address, declared.address);
  const leftover =
    stays || recorded === undefined
      ? nothingLeft
      : leftoverOf(declared.resourceId, recorded, observed, settings, "moved");
  if (leftover.isFirstStep) {
    return { action: endOrNothing(leftover.endings), record: recorded, standing: { is: "ending" } };
  }
  const last =
    stays && recorded.carrier === "schedule" && recorded.specHash === declared.specHash ? recorded : undefined;
  if (last?.phase.is === "refused") {
    const { reason } = last.phase;
    return { action: { act: "nothing" }, record: recordOf(declared, last.phase), standing: { is: "refused", reason } };
  }
  const older = olderRun(declared, recorded, observed, settings);
  if (older?.mayBeReplaced === false) {
    const { run, version } = older;
    const record: Recorded = {
      ...recordOf(declared, { is: "started", firstRunId: run.firstRunId }),
      carrier: "workflow",
      specHash: version,
    };
    return { action: endOrNothing(leftover.endings), record, standing: { is: "stale", run } };
  }
  const endings = older === undefined ? leftover.endings : [...leftover.endings, terminationOf(older.run, declared)];
  return planBeside(observed.schedule, declared, settings, { endings, leftover, last });
}

interface Beside {
  readonly endings: readonly Ending[];
  readonly leftover: Leftover;
  readonly last: Recorded | undefined;
}

function planBeside(
  schedule: SeenSchedule | undefined,
  declared: DeclaredTrigger,
  settings: PlanSettings,
  { endings, leftover, last }: Beside,
): Plan {
  const record = recordOf(declared, { is: "scheduled" });
  const write = (how: "create" | "update"): Plan => ({
    action: { act: "schedule", endings, how },
    record,
    standing: { is: "starting" },
  });
  if (schedule === undefined) return write("create");
  if (isOurs(schedule, declared.resourceId, settings)) {
    if (schedule.mark?.specHash !== declared.specHash) return write("update");
    return { action: endOrNothing(endings), record, standing: { is: "scheduled", paused: schedule.paused } };
  }
  const mayBeReplaced = declared.ifForeign === "terminate" || declared.ifForeign === "adopt";
  // One of another resource of ours is never replaced: two that declare one id would do so for ever.
  if (mayBeReplaced && schedule.mark?.owner !== settings.owner) return write("update");
  return { action: endOrNothing(leftover.endings), record: last, standing: { is: "schedule-conflict", schedule } };
}

/** The open run of a version of this resource that had no schedule, at the same workflow id: it may finish first. */
function olderRun(
  declared: DeclaredTrigger,
  recorded: Recorded | undefined,
  { current: run }: Observed,
  settings: PlanSettings,
): { run: Run; version: string; mayBeReplaced: boolean } | undefined {
  if (run?.state.is !== "running") return undefined;
  const version = versionOf(run, declared.resourceId, recorded, settings);
  if (version === undefined) return undefined;
  return { run, version, mayBeReplaced: declared.ifRunning === "overlap" || run.state.waitsForTick };
}

function terminationOf({ address, firstRunId }: Run, { resourceId }: DeclaredTrigger): Ending {
  const reason = `Protomesh resource ${resourceId} declares another version now`;
  return { address, firstRunId, how: "terminate", reason };
}

function recordOf({ index, specHash, address, onDrop }: DeclaredTrigger, phase: Phase): Recorded {
  return { index, specHash, address, onDrop, carrier: "schedule", restarts: 0, previousRunId: undefined, phase };
}
