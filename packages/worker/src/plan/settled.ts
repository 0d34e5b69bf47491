import { samePlace } from "./address.js";
import type { DeclaredTrigger } from "./declared.js";
import type { PlanSettings } from "./plan-settings.js";
import type { Recorded } from "./recorded.js";
import { isFinal } from "./restart.js";

/** Whether the ledger alone says that nothing is left to be done for the declared version, whatever Temporal says. */
export function isSettled(declared: DeclaredTrigger, recorded: Recorded | undefined, settings: PlanSettings): boolean {
  if (recorded === undefined || recorded.specHash !== declared.specHash) return false;
  if (!samePlace(recorded.address, declared.address)) return false;
  if (recorded.phase.is === "closed") return isFinal(recorded.phase.outcome, declared, settings);
  return recorded.phase.is === "refused";
}
