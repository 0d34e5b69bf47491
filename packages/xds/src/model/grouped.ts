import { byAge, type Declared } from "./declared.js";
import type { PersistentMap } from "./persistent-map.js";
import { mostPlaced, placeIn } from "./place.js";

/** Declarations by what they claim, such as a service's name. No group is empty; the oldest stands first. */
export type Grouped<T> = PersistentMap<readonly Declared<T>[]>;

/** That a declaration claims a key, or does so no more. */
export interface Claim<T> {
  readonly key: string;
  readonly declared: Declared<T>;
}

/** The groups after some claims went and others came. A group that is not concerned keeps its identity. */
export function regrouped<T>(groups: Grouped<T>, gone: readonly Claim<T>[], come: readonly Claim<T>[]): Grouped<T> {
  if (gone.length === 0 && come.length === 0) return groups;
  const goneByKey = byKey(gone);
  const comeByKey = byKey(come);
  const keys = new Set([...goneByKey.keys(), ...comeByKey.keys()]);
  return groups.with(
    [...keys].map((key) => {
      const group = regroup(groups.get(key) ?? [], goneByKey.get(key) ?? [], comeByKey.get(key) ?? []);
      return [key, group.length === 0 ? undefined : group] as const;
    }),
  );
}

/** Few that come or go among thousands are put in their places, as sorting all of them would cost more than all else. */
function regroup<T>(
  group: readonly Declared<T>[],
  gone: readonly Declared<T>[],
  come: readonly Declared<T>[],
): readonly Declared<T>[] {
  if (gone.length + come.length > mostPlaced) {
    const goneIds = new Set(gone.map(({ id }) => id));
    return [...group.filter(({ id }) => !goneIds.has(id)), ...come].sort(byAge);
  }
  const after = [...group];
  for (const declared of gone) {
    const at = placeOf(declared, after);
    if (after[at]?.id === declared.id) after.splice(at, 1);
  }
  for (const declared of come) after.splice(placeOf(declared, after), 0, declared);
  return after;
}

function placeOf(declared: Declared<unknown>, group: readonly Declared<unknown>[]): number {
  return placeIn(group, (other) => byAge(other, declared) < 0);
}

function byKey<T>(claims: readonly Claim<T>[]): Map<string, Declared<T>[]> {
  const grouped = new Map<string, Declared<T>[]>();
  for (const { key, declared } of claims) {
    const group = grouped.get(key);
    if (group === undefined) grouped.set(key, [declared]);
    else group.push(declared);
  }
  return grouped;
}
