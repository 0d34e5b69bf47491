import type { WatchBatch } from "@protomesh/core";
import type { LedgerBatch } from "../ledger/ledger-batch.js";
import { afterBatch, afterWrites, type Ledger, type Written } from "../ledger/ledger.js";
import { recordedOf } from "../ledger/recorded-details.js";
import { declaredOf, type Declared } from "../plan/declared.js";
import type { PlanSettings } from "../plan/plan-settings.js";
import { isAsItShouldBe, type LastSaid, type Sightings } from "../plan/sightings.js";

/** All that is declared and recorded, as far as the store has told. */
export interface World {
  /** Undefined until the list is complete. */
  readonly resources: Resources | undefined;
  /** Undefined until the list is complete. */
  readonly ledger: Ledger | undefined;
}

interface Resources {
  /** Everything up to this revision is in it. */
  readonly revision: bigint;
  readonly declared: ReadonlyMap<string, Declared>;
}

export type WorldEvent =
  | { readonly of: "resources"; readonly batch: WatchBatch }
  | { readonly of: "ledger"; readonly batch: LedgerBatch }
  /** Our own writes, acknowledged. They are what was planned: nothing is planned again for them. */
  | { readonly of: "writes"; readonly writes: readonly Written[] }
  /** Everything is to be planned again, but for what was sighted as it should be. */
  | { readonly of: "time"; readonly sightings: Sightings };

export interface WorldChange {
  readonly world: World;
  /** The resources to plan again. */
  readonly touched: readonly string[];
}

export interface WorldOptions {
  /** The Temporal namespace of triggers that name none. */
  readonly temporalNamespace: string;
  readonly settings: PlanSettings;
}

export const emptyWorld: World = { resources: undefined, ledger: undefined };

/** The only place where the world changes. */
export function applyEvent(
  world: World,
  event: WorldEvent,
  { temporalNamespace, settings }: WorldOptions,
): WorldChange {
  switch (event.of) {
    case "time":
      return { world, touched: idsOf(world).filter((id) => !needsNoLook(world, id, event.sightings, settings)) };
    case "resources":
      return afterResources(world, event.batch, temporalNamespace);
    case "ledger": {
      const { ledger, touched } = afterBatch(world.ledger, event.batch);
      const next = { ...world, ledger };
      return { world: next, touched: event.batch.reset ? idsOf(next) : touched };
    }
    case "writes": {
      const ledger = world.ledger && afterWrites(world.ledger, event.writes);
      return { world: { ...world, ledger }, touched: [] };
    }
  }
}

/**
 * What is declared of a resource. Undefined while that is not known: the lists are not complete, or the ledger speaks of
 * a version that the watch has not come to, which must not look like a resource that was dropped.
 */
export function declaredIn({ resources, ledger }: World, resourceId: string): Declared | undefined {
  if (resources === undefined || ledger === undefined) return undefined;
  const declared = resources.declared.get(resourceId);
  if (declared !== undefined) return declared;
  const recordedIndex = ledger.statuses.get(resourceId)?.observedIndex ?? 0n;
  return recordedIndex > resources.revision ? undefined : { is: "absent" };
}

/** What the ledger says of a resource. */
export function recordedIn({ ledger }: World, resourceId: string): LastSaid | undefined {
  const status = ledger?.statuses.get(resourceId);
  const recorded = status && recordedOf(status.observedIndex, status.details);
  return status && recorded && { status, recorded };
}

/** By Temporal namespace: how many triggers run there, as the ledger says. */
export function runningIn(world: World): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of world.ledger?.statuses.keys() ?? []) {
    const recorded = recordedIn(world, id)?.recorded;
    if (recorded?.phase.is !== "started") continue;
    const { namespace } = recorded.address;
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return counts;
}

function needsNoLook(world: World, resourceId: string, sightings: Sightings, settings: PlanSettings): boolean {
  const declared = world.resources?.declared.get(resourceId);
  const said = recordedIn(world, resourceId);
  return declared !== undefined && said !== undefined && isAsItShouldBe(declared, said, sightings, settings);
}

function afterResources(world: World, batch: WatchBatch, temporalNamespace: string): WorldChange {
  const declared = new Map(batch.reset ? [] : world.resources?.declared);
  for (const resource of batch.updated) declared.set(resource.id, declaredOf(resource, temporalNamespace));
  for (const { id } of batch.dropped) declared.delete(id);
  const next = { ...world, resources: { revision: batch.revision, declared } };
  const touched = batch.reset ? idsOf(next) : [...batch.updated, ...batch.dropped].map(({ id }) => id);
  return { world: next, touched };
}

function idsOf({ resources, ledger }: World): readonly string[] {
  return [...new Set([...(resources?.declared.keys() ?? []), ...(ledger?.statuses.keys() ?? [])])];
}
