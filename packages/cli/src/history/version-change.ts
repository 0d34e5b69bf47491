import type { Resource } from "@protomesh/core/api";
import type { HistoryEntry } from "../client/read-history.js";
import { resourceDifference } from "../diff/resource-difference.js";
import type { FieldChange } from "../diff/field-changes.js";

/** One version, by what it made of the one before. */
export interface VersionChange {
  readonly entry: HistoryEntry;
  /** `written`: what was before is not kept any more. */
  readonly change: "created" | "changed" | "dropped" | "written";
  readonly fields: readonly FieldChange[];
}

/**
 * What each version changed.
 * @param entries in revision order, all of them there are between the first and the last
 * @param before the resources as they were before the first, by id; undefined: that is not kept any more
 */
export function versionChanges(
  entries: readonly HistoryEntry[],
  before: ReadonlyMap<string, Resource> | undefined,
): readonly VersionChange[] {
  const known = new Map<string, Resource | undefined>(before);
  return entries.map((entry): VersionChange => {
    const { resource, dropped } = entry;
    const id = resource?.id ?? "";
    const isKnown = before !== undefined || known.has(id);
    const previous = known.get(id);
    known.set(id, dropped ? undefined : resource);
    if (dropped) return { entry, change: "dropped", fields: [] };
    if (!isKnown) return { entry, change: "written", fields: [] };
    return {
      entry,
      change: previous === undefined ? "created" : "changed",
      fields: resourceDifference(previous, resource),
    };
  });
}
