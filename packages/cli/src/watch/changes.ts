import type { DeclaredResource, WatchBatch } from "@protomesh/core";

/** One line of `watch`. */
export interface Change {
  /** `current`: it was so when the watch began. */
  readonly change: "current" | "updated" | "dropped";
  readonly resource: DeclaredResource;
  /** What it was before; undefined where that was not shown. */
  readonly before?: DeclaredResource;
}

/** What has been shown so far, by id. */
export type Shown = ReadonlyMap<string, DeclaredResource>;

export interface Progress {
  readonly shown: Shown;
  /** Whether the state was seen whole at least once. */
  readonly begun: boolean;
  readonly changes: readonly Change[];
}

/** Before the first batch. */
export const nothingShown: Progress = { shown: new Map(), begun: false, changes: [] };

/**
 * What a batch changes of what has been shown. A whole state that comes later, because the place in the stream was lost,
 * is told as the differences to what was shown before.
 */
export function progressOf({ shown, begun }: Progress, batch: WatchBatch): Progress {
  const changes = (batch.reset ? afterReset(shown, begun, batch) : afterChanges(batch)).map((change): Change => {
    const before = shown.get(change.resource.id);
    return before === undefined ? change : { ...change, before };
  });
  const next = new Map(shown);
  for (const { change, resource } of changes) {
    if (change === "dropped") next.delete(resource.id);
    else next.set(resource.id, resource);
  }
  return { shown: next, begun: begun || batch.reset, changes };
}

function afterChanges({ updated, dropped }: WatchBatch): readonly Change[] {
  return inRevisionOrder([
    ...updated.map((resource): Change => ({ change: "updated", resource })),
    ...dropped.map((resource): Change => ({ change: "dropped", resource })),
  ]);
}

function afterReset(shown: Shown, begun: boolean, { updated, revision }: WatchBatch): readonly Change[] {
  const now = new Set(updated.map(({ id }) => id));
  const vanished = [...shown.values()].filter(({ id }) => !now.has(id));
  return inRevisionOrder([
    ...updated
      .filter(({ id, index }) => shown.get(id)?.index !== index)
      .map((resource): Change => ({ change: begun ? "updated" : "current", resource })),
    // When exactly they went is not known any more.
    ...vanished.map((resource): Change => ({ change: "dropped", resource: { ...resource, index: revision } })),
  ]);
}

function inRevisionOrder(changes: readonly Change[]): readonly Change[] {
  return changes.toSorted((a, b) => Number(a.resource.index - b.resource.index));
}
