import { samePlace } from "../plan/address.js";
import type { Declared } from "../plan/declared.js";
import type { Observed, Run, SeenSchedule } from "../plan/observed.js";
import type { PlanSettings } from "../plan/plan-settings.js";
import type { Recorded } from "../plan/recorded.js";
import { sameMark } from "../plan/ownership.js";
import { isSettled } from "../plan/settled.js";
import type { Schedules } from "./schedules.js";
import type { WorkflowRuns } from "./workflow-runs.js";

/** The reads of Temporal. */
export interface Reads {
  readonly runs: Pick<WorkflowRuns, "describe" | "find">;
  readonly schedules: Pick<Schedules, "describe" | "describeWithRuns">;
}

export interface Knowledge {
  readonly resourceId: string;
  readonly declared: Declared;
  readonly recorded: Recorded | undefined;
  /** Whether a resource of this id is declared. */
  readonly isDeclared: (resourceId: string) => boolean;
}

/** Asks Temporal what the plan of one resource needs to know, and no more: a settled trigger costs no call. */
export async function observe(reads: Reads, knowledge: Knowledge, settings: PlanSettings): Promise<Observed> {
  const { declared, recorded } = knowledge;
  const current = await currentRun(reads, knowledge, settings);
  return {
    at: Date.now(),
    current,
    recorded: await recordedRun(reads, knowledge, current, settings),
    isRivals: current !== undefined && isRivals(current, knowledge, settings),
    schedule: await declaredSchedule(reads, knowledge, settings),
    recordedSchedule: await recordedSchedule(reads, declared, recorded),
  };
}

async function currentRun(
  { runs }: Reads,
  { declared, recorded }: Knowledge,
  settings: PlanSettings,
): Promise<Run | undefined> {
  if (declared.is !== "trigger" || isSettled(declared, recorded, settings)) return undefined;
  // The runs of a schedule have ids of their own: here may only be one of a version without a schedule.
  if (declared.schedule !== undefined && recorded?.carrier !== "workflow") return undefined;
  return runs.describe(declared.address);
}

async function declaredSchedule(
  { schedules }: Reads,
  { declared, recorded }: Knowledge,
  settings: PlanSettings,
): Promise<SeenSchedule | undefined> {
  if (declared.is !== "trigger" || declared.schedule === undefined) return undefined;
  return isSettled(declared, recorded, settings) ? undefined : schedules.describe(declared.address);
}

async function recordedSchedule(
  { schedules }: Reads,
  declared: Declared,
  recorded: Recorded | undefined,
): Promise<SeenSchedule | undefined> {
  if (recorded?.carrier !== "schedule" || declared.is === "invalid") return undefined;
  const isDeclaredOne =
    declared.is === "trigger" && declared.schedule !== undefined && samePlace(recorded.address, declared.address);
  return isDeclaredOne ? undefined : schedules.describeWithRuns(recorded.address);
}

async function recordedRun(
  { runs }: Reads,
  { declared, recorded, resourceId }: Knowledge,
  current: Run | undefined,
  { owner }: PlanSettings,
): Promise<Run | undefined> {
  const stays = recorded !== undefined && declared.is === "trigger" && samePlace(recorded.address, declared.address);
  switch (recorded?.phase.is) {
    case "intended": {
      // Its run has no name yet: it is the current one there, or hides behind that.
      if (declared.is === "invalid") return undefined;
      const mark = { owner, resourceId, specHash: recorded.specHash };
      const latest = stays ? current : await runs.describe(recorded.address);
      if (latest === undefined || sameMark(latest.mark, mark)) return stays ? undefined : latest;
      return runs.find(recorded.address, mark);
    }
    case "started": {
      const { firstRunId } = recorded.phase;
      return stays && current?.firstRunId !== firstRunId ? runs.describe(recorded.address, firstRunId) : undefined;
    }
    case "scheduled":
    case "closed":
    case "refused":
    case undefined:
      return undefined;
  }
}

function isRivals({ mark }: Run, { declared, isDeclared }: Knowledge, { owner }: PlanSettings): boolean {
  if (mark?.owner !== owner || declared.is !== "trigger") return false;
  return mark.resourceId !== declared.resourceId && isDeclared(mark.resourceId);
}
