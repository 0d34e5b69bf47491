import { pathText, type Path } from "@protomesh/core";
import { diffArrays } from "diff";

/** One place where two documents differ. Items of lists that went stand at their old place, all others at the new one. */
export type FieldChange =
  | { readonly change: "added"; readonly path: Path; readonly after: unknown }
  | { readonly change: "removed"; readonly path: Path; readonly before: unknown }
  | { readonly change: "changed"; readonly path: Path; readonly before: unknown; readonly after: unknown };

/**
 * Every place where two JSON values differ, as deep as it goes: fields by their names, items of lists by what they have in
 * common, so that an item put in front changes no other.
 */
export function fieldChanges(before: unknown, after: unknown, path: Path = []): readonly FieldChange[] {
  if (sameJson(before, after)) return [];
  if (before === undefined) return [{ change: "added", path, after }];
  if (after === undefined) return [{ change: "removed", path, before }];
  if (Array.isArray(before) && Array.isArray(after)) return itemChanges(before, after, path);
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => fieldChanges(before[key], after[key], [...path, key]));
  }
  return [{ change: "changed", path, before, after }];
}

function itemChanges(before: readonly unknown[], after: readonly unknown[], path: Path): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const runs = diffArrays([...before], [...after], { comparator: sameJson });
  let from = 0;
  let to = 0;
  for (const [at, { added, removed, value }] of runs.entries()) {
    const next = runs[at + 1];
    if (removed && next?.added) continue;
    const previous = runs[at - 1];
    const gone = removed ? value : added && previous?.removed ? previous.value : [];
    const come = added ? value : [];
    if (!added && !removed) {
      from += value.length;
      to += value.length;
      continue;
    }
    for (let index = 0; index < Math.max(gone.length, come.length); index++) {
      const place = index < come.length ? to + index : from + index;
      changes.push(...fieldChanges(gone[index], come[index], [...path, place]));
    }
    from += gone.length;
    to += come.length;
  }
  return changes;
}

/** Both come from the same writer of JSON, which gives every field its place. */
function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** For programs: with the path as text. */
export function fieldChangeJson(change: FieldChange): object {
  return { ...change, path: pathText(change.path) };
}
