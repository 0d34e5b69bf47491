import { recordedOf } from "../ledger/recorded-details.js";
import { Condition_State, type ResourceStatus } from "@protomesh/core/api";
import { observe } from "../execute/observe.js";
import { failureText, isServiceError, isUnknownNamespace } from "../execute/temporal-failure.js";
import type { Declared, DeclaredTrigger } from "../plan/declared.js";
import { plan } from "../plan/plan.js";
import type { Recorded } from "../plan/recorded.js";
import { act, type Reconciled, type Temporal } from "./act.js";
import { StatusKeeper, type StatusKeeperOptions } from "./status-keeper.js";
import type { PlanSettings } from "../plan/plan-settings.js";
import type { Steps } from "./steps.js";
import { declaredIn, recordedIn, type World } from "./world.js";

export interface ReconcileOptions extends StatusKeeperOptions {
  readonly temporal: Temporal;
  readonly settings: PlanSettings;
  readonly steps: Steps;
}

/**
 * Takes one resource one step further: observes, plans, acts and writes down. It leaves nothing behind but what Temporal
 * and the ledger keep, so that it may end anywhere, in a crash too, and be begun again by anyone.
 *
 * @throws what Temporal or the store answered when the step could not be made; it is to be made again
 */
export async function reconcile(resourceId: string, world: World, options: ReconcileOptions): Promise<Reconciled> {
  const declared = declaredIn(world, resourceId);
  if (declared === undefined) return { standing: undefined, recorded: undefined };
  const recorded = recordedIn(world, resourceId)?.recorded;
  const ledger = new StatusKeeper(resourceId, indexOf(declared), world.ledger, options);
  try {
    return await step(resourceId, world, { declared, recorded, ledger }, options);
  } catch (error) {
    if (ledger.isBroken || !isServiceError(error)) throw error;
    if (declared.is === "trigger") await say(error, declared, ledger);
    throw error;
  }
}

/** Tells why a trigger could not be tried, where that is news. What the step has recorded before it failed stays. */
async function say(error: unknown, declared: DeclaredTrigger, ledger: StatusKeeper): Promise<void> {
  const { kept } = ledger;
  const recorded = kept && recordedOf(kept.observedIndex, kept.details);
  const reason = failureText(error);
  const isSaid = kept !== undefined && kept.observedIndex >= declared.index;
  if (isUnknownNamespace(error)) {
    // A server that has just begun may say so of any namespace: what runs is not said to be refused.
    if (!isSaid || !isStarted(kept)) await ledger.keep(recorded, { is: "refused", reason });
    return;
  }
  // Of a version that nothing is said of yet; else workers that fail differently would answer each other for ever.
  if (!isSaid) await ledger.keep(recorded, { is: "failing", reason });
}

function isStarted({ conditions }: ResourceStatus): boolean {
  return conditions.some(({ type, state }) => type === "Started" && state === Condition_State.TRUE);
}

interface Known {
  readonly declared: Declared;
  readonly recorded: Recorded | undefined;
  readonly ledger: StatusKeeper;
}

async function step(
  resourceId: string,
  world: World,
  { declared, recorded, ledger }: Known,
  { temporal, settings, steps }: ReconcileOptions,
): Promise<Reconciled> {
  const isDeclared = (id: string): boolean => world.resources?.declared.has(id) === true;
  const observed = await observe(temporal, { resourceId, declared, recorded, isDeclared }, settings);
  const planned = steps.planned(() => plan(resourceId, declared, recorded, observed, settings));
  return act(planned, { declared, recorded, ledger, temporal, steps });
}

function indexOf(declared: Declared): bigint {
  return declared.is === "absent" ? 0n : declared.index;
}
