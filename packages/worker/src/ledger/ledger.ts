import { saysNothing, sayTheSame } from "@protomesh/core";
import type { ResourceStatus } from "@protomesh/core/api";
import type { LedgerBatch } from "./ledger-batch.js";

/** The worker's statuses of a namespace, as far as they are known here. */
export interface Ledger {
  /** By resource id. */
  readonly statuses: ReadonlyMap<string, ResourceStatus>;
  /** By resource id: our own writes, oldest first, that the watch has not told back yet. */
  readonly unheard: ReadonlyMap<string, readonly ResourceStatus[]>;
}

export interface LedgerChange {
  readonly ledger: Ledger;
  /** The resources whose status is another one now. */
  readonly touched: readonly string[];
}

/** The ledger after a batch of the watch. What is older than our own newest write is passed over. */
export function afterBatch(ledger: Ledger | undefined, { reset, statuses }: LedgerBatch): LedgerChange {
  const known = new Map(reset ? [] : ledger?.statuses);
  const unheard = new Map(reset ? [] : ledger?.unheard);
  const touched: string[] = [];
  for (const status of statuses) {
    const id = status.resourceId;
    const writes = unheard.get(id) ?? [];
    const younger = writes.slice(writes.findLastIndex((write) => sayTheSame(write, status)) + 1);
    if (younger.length > 0 && younger.length < writes.length) {
      unheard.set(id, younger);
      continue;
    }
    unheard.delete(id);
    if (!sameStatus(ledger?.statuses.get(id), status)) touched.push(id);
    put(known, status);
  }
  return { ledger: { statuses: known, unheard }, touched };
}

/** The ledger after the store has acknowledged our own writes. */
export function afterWrites(ledger: Ledger, statuses: readonly ResourceStatus[]): Ledger {
  const known = new Map(ledger.statuses);
  const unheard = new Map(ledger.unheard);
  for (const status of statuses) {
    put(known, status);
    unheard.set(status.resourceId, [...(unheard.get(status.resourceId) ?? []), status]);
  }
  return { statuses: known, unheard };
}

/** Whether a resource's status, which may not be there, says what another one says. */
export function sameStatus(before: ResourceStatus | undefined, status: ResourceStatus): boolean {
  return before === undefined ? saysNothing(status) : sayTheSame(before, status);
}

function put(statuses: Map<string, ResourceStatus>, status: ResourceStatus): void {
  if (saysNothing(status)) statuses.delete(status.resourceId);
  else statuses.set(status.resourceId, status);
}
