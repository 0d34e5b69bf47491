import { samePlace } from "../plan/address.js";
import type { Declared } from "../plan/declared.js";
import type { Observed, Run } from "../plan/observed.js";
import type { Recorded } from "../plan/recorded.js";
import { isSettled } from "../plan/settled.js";
import type { PlanSettings } from "../plan/plan-settings.js";
import type { WorkflowRuns } from "./workflow-runs.js";

/** Asks Temporal what the plan of one resource needs to know, and no more: a settled trigger costs no call. */
export async function observe(
  runs: Pick<WorkflowRuns, "describe">,
  declared: Declared,
  recorded: Recorded | undefined,
  settings: PlanSettings,
): Promise<Observed> {
  const looks = declared.is === "trigger" && !isSettled(declared, recorded, settings);
  const current = looks ? await runs.describe(declared.address) : undefined;
  return { at: Date.now(), current, recorded: await recordedRun(runs, declared, recorded, current) };
}

async function recordedRun(
  runs: Pick<WorkflowRuns, "describe">,
  declared: Declared,
  recorded: Recorded | undefined,
  current: Run | undefined,
): Promise<Run | undefined> {
  const stays = recorded !== undefined && declared.is === "trigger" && samePlace(recorded.address, declared.address);
  switch (recorded?.phase.is) {
    case "intended":
      // Its run has no name yet: it can only be the current one there.
      return stays || declared.is === "invalid" ? undefined : runs.describe(recorded.address);
    case "started": {
      const { firstRunId } = recorded.phase;
      return stays && current?.firstRunId !== firstRunId ? runs.describe(recorded.address, firstRunId) : undefined;
    }
    case "closed":
    case "refused":
    case undefined:
      return undefined;
  }
}
