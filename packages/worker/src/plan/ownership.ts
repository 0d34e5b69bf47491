import { samePlace } from "./address.js";
import type { Mark, Run } from "./observed.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Recorded } from "./recorded.js";

/** Whether we made this run or schedule, for this resource. */
export function isOurs(run: { readonly mark: Mark | undefined }, resourceId: string, settings: PlanSettings): boolean {
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

/**
 * Which version of the resource a run carries out: as the record says, where that names its chain (a run may have been
 * told of another version than it was started for, or have been adopted), else as it was started.
 *
 * @returns undefined for a foreign run
 */
export function versionOf(
  run: Run,
  resourceId: string,
  recorded: Recorded | undefined,
  settings: PlanSettings,
): string | undefined {
  if (recorded !== undefined && samePlace(recorded.address, run.address) && chainOf(recorded) === run.firstRunId) {
    return recorded.specHash;
  }
  return isOurs(run, resourceId, settings) ? run.mark?.specHash : undefined;
}

function chainOf({ phase }: Recorded): string | undefined {
  return phase.is === "started" || phase.is === "closed" ? phase.firstRunId : undefined;
}

/** Whether something was started for this version of this resource. */
export function sameMark(a: Mark | undefined, b: Mark): boolean {
  return a?.owner === b.owner && a.resourceId === b.resourceId && a.specHash === b.specHash;
}
