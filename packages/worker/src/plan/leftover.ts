import type { Ending } from "./action.js";
import type { Observed, SeenSchedule } from "./observed.js";
import { isIntended, isOurs } from "./ownership.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Recorded } from "./recorded.js";

/** What is left of a version that nothing declares any more. */
export interface Leftover {
  readonly endings: readonly Ending[];
  /** These endings are a first step: there is more to end once they are done. */
  readonly isFirstStep: boolean;
}

export const nothingLeft: Leftover = { endings: [], isFirstStep: false };

/**
 * What is to be done with what the record speaks of when nothing declares it any more: the resource was dropped, or has
 * moved to another workflow id. Decided by the record alone, but for an intent whose run nobody has named yet, and for
 * the runs of a schedule.
 *
 * @param why `dropped`: a schedule is left alone where on_drop says so; `moved`: it must start nothing more, in any case
 */
export function leftoverOf(
  resourceId: string,
  recorded: Recorded,
  observed: Observed,
  settings: PlanSettings,
  why: "dropped" | "moved",
): Leftover {
  const reason =
    why === "dropped"
      ? `Protomesh resource ${resourceId} was dropped`
      : `Protomesh resource ${resourceId} declares another workflow id now`;
  if (recorded.carrier === "schedule") {
    const { recordedSchedule: schedule } = observed;
    if (schedule === undefined || !isOurs(schedule, resourceId, settings)) return nothingLeft;
    return leftoverSchedule(schedule, recorded, why, reason);
  }
  if (recorded.onDrop === "nothing") return nothingLeft;
  const firstRunId = firstRunIdOf(resourceId, recorded, observed, settings);
  if (firstRunId === undefined) return nothingLeft;
  return { endings: [{ address: recorded.address, firstRunId, how: recorded.onDrop, reason }], isFirstStep: false };
}

/** Paused first, so that no run begins while those that are there are ended. */
function leftoverSchedule(
  { address, paused, running }: SeenSchedule,
  { onDrop }: Recorded,
  why: "dropped" | "moved",
  reason: string,
): Leftover {
  const deletion = { address, how: "delete", reason } as const;
  if (onDrop === "nothing") return { endings: why === "moved" ? [deletion] : [], isFirstStep: false };
  if (paused === undefined) return { endings: [{ address, how: "pause", reason }], isFirstStep: true };
  const runs = running.map(({ workflowId, runId }) => ({
    address: { ...address, workflowId },
    firstRunId: runId,
    how: onDrop,
    reason,
  }));
  return { endings: [...runs, deletion], isFirstStep: false };
}

function firstRunIdOf(
  resourceId: string,
  recorded: Recorded,
  { recorded: run }: Observed,
  settings: PlanSettings,
): string | undefined {
  switch (recorded.phase.is) {
    case "started":
    case "closed":
      // A closed one too: somebody may have reset it since, and then it runs.
      return recorded.phase.firstRunId;
    case "intended":
      return run !== undefined && isIntended(run, resourceId, recorded, settings) ? run.firstRunId : undefined;
    case "scheduled":
    case "refused":
      return undefined;
  }
}
