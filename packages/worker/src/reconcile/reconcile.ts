import { observe } from "../execute/observe.js";
import { failureText, isServiceError, isUnknownNamespace } from "../execute/temporal-failure.js";
import type { Standing } from "../plan/action.js";
import type { Declared } from "../plan/declared.js";
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
  const before = world.ledger?.statuses.get(resourceId);
  const recorded = recordedIn(world, resourceId)?.recorded;
  const ledger = new StatusKeeper(resourceId, indexOf(declared), world.ledger, options);
  try {
    return await step(resourceId, world, { declared, recorded, ledger }, options);
  } catch (error) {
    if (ledger.isBroken || !isServiceError(error)) throw error;
    if (isUnknownNamespace(error) && declared.is === "trigger") return withoutNamespace(error, recorded, ledger);
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
  const observed = await observe(temporal, { resourceId, declared, recorded, isDeclared }, settings);
  const planned = steps.planned(() => plan(resourceId, declared, recorded, observed, settings));
  return act(planned, { declared, recorded, ledger, temporal, steps });
}

/**
 * A namespace that is not there, which somebody may yet create: it is looked for again with everything else. (A server
 * that has just begun may say so of any namespace: nothing is taken for gone.)
 */
async function withoutNamespace(
  error: unknown,
  recorded: Recorded | undefined,
  ledger: StatusKeeper,
): Promise<Reconciled> {
  const standing: Standing = { is: "refused", reason: failureText(error) };
  await ledger.keep(recorded, standing);
  return { standing, recorded };
}

function indexOf(declared: Declared): bigint {
  return declared.is === "absent" ? 0n : declared.index;
}
