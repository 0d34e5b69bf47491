import type { WatchResourcesResponse } from "../api.js";
import { declaredResourceOf, type DeclaredResource } from "./declared-resource.js";

/** A place in a namespace's stream of changes, from which a watch can resume. */
export interface Bookmark {
  readonly history: string;
  readonly revision: bigint;
}

/** Changes that belong together. Each id stands in it once. */
export interface WatchBatch extends Bookmark {
  /** `updated` is the whole state: what was known before is to be forgotten. */
  readonly reset: boolean;
  readonly updated: readonly DeclaredResource[];
  readonly dropped: readonly DeclaredResource[];
}

/**
 * Puts the responses of one stream together to batches. Nobody sees a batch before `end_of_list` completes it, so that a
 * write is seen whole and an incomplete list never looks like the state.
 */
export class BatchAssembly {
  #reset: boolean;
  #updated = new Map<string, DeclaredResource>();
  #dropped = new Map<string, DeclaredResource>();

  /** @param reset whether the stream begins with the whole state, rather than with the changes after a bookmark */
  constructor(reset: boolean) {
    this.#reset = reset;
  }

  /** Adds a response; returns the batch that it completes, if it does. */
  add({
    updatedResources,
    droppedResources,
    endOfList,
    revision,
    history,
  }: WatchResourcesResponse): WatchBatch | undefined {
    for (const resource of updatedResources) {
      this.#dropped.delete(resource.id);
      this.#updated.set(resource.id, declaredResourceOf(resource));
    }
    for (const resource of droppedResources) {
      this.#updated.delete(resource.id);
      this.#dropped.set(resource.id, declaredResourceOf(resource));
    }
    if (!endOfList) return undefined;
    const updated = [...this.#updated.values()];
    const dropped = [...this.#dropped.values()];
    const batch = { reset: this.#reset, revision, history, updated, dropped };
    this.#reset = false;
    this.#updated = new Map();
    this.#dropped = new Map();
    return batch;
  }
}
