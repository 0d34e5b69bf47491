import type { Declared } from "./declared.js";
import type { Observed } from "./observed.js";
import { endOrNothing, type Plan } from "./action.js";
import { leftoverOf, nothingLeft } from "./leftover.js";
import { planOfSchedule } from "./plan-of-schedule.js";
import { planOfTrigger } from "./plan-of-trigger.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Recorded } from "./recorded.js";

/**
 * The next step for one resource, and what the ledger is to say of it. It decides from what is, not from what has just
 * happened, so that any restart, any number of workers and any lost signal lead to the same steps.
 *
 * @param declared what the store says
 * @param recorded what the ledger says
 * @param observed what Temporal says
 */
export function plan(
  resourceId: string,
  declared: Declared,
  recorded: Recorded | undefined,
  observed: Observed,
  settings: PlanSettings,
): Plan {
  switch (declared.is) {
    case "trigger":
      return declared.schedule === undefined
        ? planOfTrigger(declared, recorded, observed, settings)
        : planOfSchedule(declared, recorded, observed, settings);
    case "invalid":
      // What runs by an earlier, valid version goes on.
      return { action: { act: "nothing" }, record: recorded, standing: declared };
    case "absent":
      return planOfDropped(resourceId, recorded, observed, settings);
  }
}

function planOfDropped(
  resourceId: string,
  recorded: Recorded | undefined,
  observed: Observed,
  settings: PlanSettings,
): Plan {
  const { endings, isFirstStep } =
    recorded === undefined ? nothingLeft : leftoverOf(resourceId, recorded, observed, settings, "dropped");
  if (isFirstStep) return { action: endOrNothing(endings), record: recorded, standing: { is: "ending" } };
  return { action: endOrNothing(endings), record: undefined, standing: { is: "dropped" } };
}
