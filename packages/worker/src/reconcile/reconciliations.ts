import type { WatchBatch } from "@protomesh/core";
import { defer, exhaustMap, from, map, merge, scan, tap, type Observable } from "rxjs";
import type { LedgerBatch } from "../ledger/ledger-batch.js";
import type { Written } from "../ledger/ledger.js";
import { workEach, type Done, type Wakeup, type Work, type WorkEachOptions } from "./work-each.js";
import { noSightings, type Sightings } from "../plan/sightings.js";
import { applyEvent, emptyWorld, type World, type WorldChange, type WorldEvent, type WorldOptions } from "./world.js";

export interface ReconcilerInputs {
  readonly resources: Observable<WatchBatch>;
  readonly ledger: Observable<LedgerBatch>;
  /** Our own acknowledged writes. */
  readonly writes: Observable<readonly Written[]>;
  /** Each says that everything is to be planned again. */
  readonly times: Observable<unknown>;
}

export interface ReconcilerOptions<R extends Done> extends WorkEachOptions {
  readonly worldOptions: WorldOptions;
  /** Looks at the whole from afar; an empty answer has everything planned. */
  readonly sight: (world: World) => Promise<Sightings>;
  readonly reconcile: (resourceId: string, world: World) => Promise<R>;
}

/** So often everything is planned without a look from afar, which might be wrong for long. */
const sightedInRow = 9;

/**
 * Keeps every resource reconciled: what changes is planned at once, everything whenever `times` says so, and what failed
 * again after a while. Ends when the inputs end and the last work is done.
 */
export function reconciliations<R extends Done>(
  { resources, ledger, writes, times }: ReconcilerInputs,
  options: ReconcilerOptions<R>,
): Observable<Work<R>> {
  return defer(() => {
    let latest = emptyWorld;
    const sightings = times.pipe(
      exhaustMap((_time, index) => {
        const isSighted = index % (sightedInRow + 1) < sightedInRow;
        return isSighted ? options.sight(latest) : Promise.resolve(noSightings);
      }),
    );
    const events: Observable<WorldEvent> = merge(
      resources.pipe(map((batch): WorldEvent => ({ of: "resources", batch }))),
      ledger.pipe(map((batch): WorldEvent => ({ of: "ledger", batch }))),
      writes.pipe(map((acknowledged): WorldEvent => ({ of: "writes", writes: acknowledged }))),
      sightings.pipe(map((sighted): WorldEvent => ({ of: "time", sightings: sighted }))),
    );
    const changes = events.pipe(
      scan((change: WorldChange, event) => applyEvent(change.world, event, options.worldOptions), {
        world: emptyWorld,
        touched: [],
      }),
      tap(({ world }) => (latest = world)),
    );
    const wakeups = changes.pipe(map(({ world, touched }): Wakeup<World> => ({ state: world, keys: touched })));
    return workEach(wakeups, (resourceId, world) => from(options.reconcile(resourceId, world)), options);
  });
}
