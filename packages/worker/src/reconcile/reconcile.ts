import { observe } from "../execute/observe.js";
import { failureText, isServiceError, isUnknownNamespace } from "../execute/temporal-failure.js";
import { recordedOf } from "../ledger/recorded-details.js";
import type { Standing } from "../plan/action.js";
import type { Declared } from "../plan/declared.js";
import { plan } from "../plan/plan.js";
import type { Recorded } from "../plan/recorded.js";
import { act, type Reconciled, type Temporal } from "./act.js";
import { StatusKeeper, type StatusKeeperOptions } from "./status-keeper.js";
import type { PlanSettings } from "../plan/plan-settings.js";
import type { Steps } from "./steps.js";
import { declaredIn, type World } from "./world.js";

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
  const before = world.ledger?.statuses.get(resourceId);
  const recorded = before && recordedOf(before.observedIndex, before.details);
  const ledger = new StatusKeeper(resourceId, indexOf(declared), before, options);
  try {
    return await step(resourceId, world, { declared, recorded, ledger }, options);
  } catch (error) {
    if (ledger.isBroken || !isServiceError(error)) throw error;
    if (isUnknownNamespace(error)) return withoutNamespace(error, { declared, recorded, ledger });
    // Of what it has not said anything yet; else workers that fail differently would answer each other for ever.
    const isUnsaid = declared.is === "trigger" && (before === undefined || before.observedIndex < declared.index);
    if (isUnsaid) await ledger.keep(recorded, { is: "failing", reason: failureText(error) });
    throw error;
  }
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
  const observed = await observe(temporal, { declared, recorded, isDeclared }, settings);
  const planned = steps.planned(() => plan(resourceId, declared, recorded, observed, settings));
  return act(planned, { declared, recorded, ledger, temporal, steps });
}

/**
 * A namespace that is not there, which somebody may yet create: it is looked for again with everything else. What was
 * left in one that was deleted is gone with it.
 */
async function withoutNamespace(error: unknown, { declared, recorded, ledger }: Known): Promise<Reconciled> {
  const isDropped = declared.is === "absent";
  const standing: Standing = isDropped ? { is: "dropped" } : { is: "refused", reason: failureText(error) };
  const record = isDropped ? undefined : recorded;
  await ledger.keep(record, standing);
  return { standing, recorded: record };
}

function indexOf(declared: Declared): bigint {
  return declared.is === "absent" ? 0n : declared.index;
}
