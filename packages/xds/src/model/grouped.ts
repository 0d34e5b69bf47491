import { byAge, type Declared } from "./declared.js";
import type { PersistentMap } from "./persistent-map.js";

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
      const goneIds = new Set(goneByKey.get(key)?.map(({ id }) => id));
      const kept = (groups.get(key) ?? []).filter(({ id }) => !goneIds.has(id));
      const group = [...kept, ...(comeByKey.get(key) ?? [])].sort(byAge);
      return [key, group.length === 0 ? undefined : group] as const;
    }),
  );
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
