import type { Ending } from "./action.js";
import type { Observed } from "./observed.js";
import { isIntended } from "./ownership.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Recorded } from "./recorded.js";

/**
 * What is to be done with the recorded run when nothing declares it any more: the resource was dropped, or has moved to
 * another workflow id. Decided by the record alone, but for an intent whose run nobody has named yet.
 */
export function leftoverOf(
  resourceId: string,
  recorded: Recorded,
  observed: Observed,
  settings: PlanSettings,
  reason: string,
): readonly Ending[] {
  if (recorded.onDrop === "nothing") return [];
  const firstRunId = firstRunIdOf(resourceId, recorded, observed, settings);
  return firstRunId === undefined ? [] : [{ address: recorded.address, firstRunId, how: recorded.onDrop, reason }];
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
    case "refused":
      return undefined;
  }
}
