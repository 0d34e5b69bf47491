import { saysNothing, sayTheSame } from "@protomesh/core";
import type { ResourceStatus } from "@protomesh/core/api";
import type { LedgerBatch } from "./ledger-batch.js";

/** The worker's statuses of a namespace, as far as they are known here. */
export interface Ledger {
  /** By resource id. */
  readonly statuses: ReadonlyMap<string, ResourceStatus>;
  /** By resource id: our own writes, oldest first, that the watch has not told back yet. */
  readonly unheard: ReadonlyMap<string, readonly ResourceStatus[]>;
  /** How many batches the watch has told. */
  readonly batches: number;
  /** By resource id: the batch that last told its status. */
  readonly told: ReadonlyMap<string, number>;
}

/** A write that the store has acknowledged. */
export interface Written {
  readonly status: ResourceStatus;
  /** What was known when it was planned: the ledger's `batches` at that time. */
  readonly asOf: number;
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
  const told = new Map(reset ? [] : ledger?.told);
  const batches = (ledger?.batches ?? 0) + 1;
  const touched: string[] = [];
  for (const status of statuses) {
    const id = status.resourceId;
    const writes = unheard.get(id) ?? [];
    told.set(id, batches);
    const place = writes.findLastIndex((write) => sayTheSame(write, status));
    const younger = writes.slice(place + 1);
    if (younger.length > 0 && younger.length < writes.length) {
      unheard.set(id, younger);
      continue;
    }
    unheard.delete(id);
    if (place === -1 && !sameStatus(ledger?.statuses.get(id), status)) touched.push(id);
    put(known, status);
  }
  return { ledger: { statuses: known, unheard, batches, told }, touched };
}

/**
 * The ledger after the store has acknowledged our own writes. Where the watch has told something of a resource since a
 * write was planned, that may be older than the write or younger: only the watch knows, and will tell.
 */
export function afterWrites(ledger: Ledger, writes: readonly Written[]): Ledger {
  const known = new Map(ledger.statuses);
  const unheard = new Map(ledger.unheard);
  for (const { status, asOf } of writes) {
    const id = status.resourceId;
    if ((ledger.told.get(id) ?? 0) <= asOf) put(known, status);
    unheard.set(id, [...(unheard.get(id) ?? []), status]);
  }
  return { ...ledger, statuses: known, unheard };
}

/** Whether a resource's status, which may not be there, says what another one says. */
export function sameStatus(before: ResourceStatus | undefined, status: ResourceStatus): boolean {
  return before === undefined ? saysNothing(status) : sayTheSame(before, status);
}

function put(statuses: Map<string, ResourceStatus>, status: ResourceStatus): void {
  if (saysNothing(status)) statuses.delete(status.resourceId);
  else statuses.set(status.resourceId, status);
}
