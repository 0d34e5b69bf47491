import type { ResourceStatus, WatchStatusResponse } from "@protomesh/core/api";

/** Changes of the ledger, as the store told them. */
export interface LedgerBatch {
  /** `statuses` is the whole ledger: what was known before is to be forgotten. */
  readonly reset: boolean;
  /** An empty one says that the resource has none any more. */
  readonly statuses: readonly ResourceStatus[];
}

/** Holds the first list back until it is complete: an incomplete ledger would have workflows started again. */
export class LedgerAssembly {
  #list: Map<string, ResourceStatus> | undefined = new Map();

  /** @returns the batch that a response completes, if it does */
  add({ updatedStatuses, removedStatuses, endOfList }: WatchStatusResponse): LedgerBatch | undefined {
    const removed = removedStatuses.map((status): ResourceStatus => ({ ...status, conditions: [], details: {} }));
    const statuses = [...updatedStatuses, ...removed];
    if (this.#list === undefined) return { reset: false, statuses };
    for (const status of statuses) this.#list.set(status.resourceId, status);
    if (!endOfList) return undefined;
    const batch = { reset: true, statuses: [...this.#list.values()] };
    this.#list = undefined;
    return batch;
  }
}
