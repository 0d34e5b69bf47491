import type { Run } from "./observed.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Recorded } from "./recorded.js";

/** Whether we started this run, for this resource. */
export function isOurs(run: Run, resourceId: string, settings: PlanSettings): boolean {
  return run.mark?.owner === settings.owner && run.mark.resourceId === resourceId;
}

/** Whether this is the run whose start the ledger intended, and not the one that it was to follow. */
export function isIntended(run: Run, resourceId: string, recorded: Recorded, settings: PlanSettings): boolean {
  return (
    isOurs(run, resourceId, settings) &&
    run.mark?.specHash === recorded.specHash &&
    run.firstRunId !== recorded.previousRunId
  );
}
