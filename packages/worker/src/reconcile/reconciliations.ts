import type { WatchBatch } from "@protomesh/core";
import type { ResourceStatus } from "@protomesh/core/api";
import { from, map, merge, scan, type Observable } from "rxjs";
import type { LedgerBatch } from "../ledger/ledger-batch.js";
import { workEach, type Done, type Wakeup, type Work, type WorkEachOptions } from "./work-each.js";
import { applyEvent, emptyWorld, type World, type WorldChange, type WorldEvent } from "./world.js";

export interface ReconcilerInputs {
  readonly resources: Observable<WatchBatch>;
  readonly ledger: Observable<LedgerBatch>;
  /** Our own acknowledged writes. */
  readonly writes: Observable<readonly ResourceStatus[]>;
  /** Each says that everything is to be planned again. */
  readonly times: Observable<unknown>;
}

export interface ReconcilerOptions<R extends Done> extends WorkEachOptions {
  /** The Temporal namespace of triggers that name none. */
  readonly temporalNamespace: string;
  readonly reconcile: (resourceId: string, world: World) => Promise<R>;
}

/**
 * Keeps every resource reconciled: what changes is planned at once, everything whenever `times` says so, and what failed
 * again after a while. Ends when the inputs end and the last work is done.
 */
export function reconciliations<R extends Done>(
  { resources, ledger, writes, times }: ReconcilerInputs,
  options: ReconcilerOptions<R>,
): Observable<Work<R>> {
  const events: Observable<WorldEvent> = merge(
    resources.pipe(map((batch): WorldEvent => ({ of: "resources", batch }))),
    ledger.pipe(map((batch): WorldEvent => ({ of: "ledger", batch }))),
    writes.pipe(map((statuses): WorldEvent => ({ of: "writes", statuses }))),
    times.pipe(map((): WorldEvent => ({ of: "time" }))),
  );
  const changes = events.pipe(
    scan((change: WorldChange, event) => applyEvent(change.world, event, options.temporalNamespace), {
      world: emptyWorld,
      touched: [],
    }),
  );
  const wakeups = changes.pipe(map(({ world, touched }): Wakeup<World> => ({ state: world, keys: touched })));
  return workEach(wakeups, (resourceId, world) => from(options.reconcile(resourceId, world)), options);
}
