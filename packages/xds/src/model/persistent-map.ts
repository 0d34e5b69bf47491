/** One entry that two maps do not share. `undefined` on a side: the key is not there. */
export interface Difference<V> {
  readonly key: string;
  readonly before: V | undefined;
  readonly after: V | undefined;
}

type Leaf<V> = ReadonlyMap<string, V>;
type Branch<V> = readonly (Leaf<V> | undefined)[];
type Root<V> = readonly (Branch<V> | undefined)[];

const width = 32;
const noBranches: Root<never> = [];

/**
 * An immutable map with text keys, whose changed copies share what they can with it: a copy costs a few microseconds,
 * whatever the size, and so does finding the differences between a map and its copy. Two levels of 32 share the keys by
 * their hash, which serves from one entry to some hundred thousand. The order of entries follows from the keys' hashes.
 */
export class PersistentMap<V> implements Iterable<readonly [string, V]> {
  static readonly #empty = new PersistentMap<never>(noBranches, 0);

  static empty<V>(): PersistentMap<V> {
    return PersistentMap.#empty;
  }

  static of<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    return PersistentMap.empty<V>().with(entries);
  }

  readonly #root: Root<V>;
  readonly size: number;

  private constructor(root: Root<V>, size: number) {
    this.#root = root;
    this.size = size;
  }

  get(key: string): V | undefined {
    const hash = hashOf(key);
    return this.#root[branchOf(hash)]?.[leafOf(hash)]?.get(key);
  }

  /** This map with some entries set, or removed where the value is undefined. */
  with(changes: Iterable<readonly [string, V | undefined]>): PersistentMap<V> {
    const edit = new Edit(this.#root, this.size);
    for (const [key, value] of changes) edit.set(key, value);
    return edit.changed ? new PersistentMap(edit.root, edit.size) : this;
  }

  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    for (const branch of this.#root) for (const leaf of branch ?? []) if (leaf !== undefined) yield* leaf;
  }

  *keys(): Iterable<string> {
    for (const [key] of this) yield key;
  }

  *values(): Iterable<V> {
    for (const [, value] of this) yield value;
  }

  /** The entries in which `after` is not this map; values are compared by identity. */
  *differences(after: PersistentMap<V>): Iterable<Difference<V>> {
    if (this.#root === after.#root) return;
    for (let at = 0; at < width; at++) {
      const branchBefore = this.#root[at];
      const branchAfter = after.#root[at];
      if (branchBefore === branchAfter) continue;
      for (let below = 0; below < width; below++) yield* leafDifferences(branchBefore?.[below], branchAfter?.[below]);
    }
  }
}

/** Copies each branch and leaf that it touches once. */
class Edit<V> {
  readonly root: (Branch<V> | undefined)[];
  size: number;
  changed = false;
  readonly #ownBranches = new Map<number, (Leaf<V> | undefined)[]>();
  readonly #ownLeaves = new Map<number, Map<string, V>>();

  constructor(root: Root<V>, size: number) {
    this.root = [...root];
    this.size = size;
  }

  set(key: string, value: V | undefined): void {
    const hash = hashOf(key);
    const current = this.root[branchOf(hash)]?.[leafOf(hash)]?.get(key);
    if (current === value) return;
    this.changed = true;
    const leaf = this.ownLeaf(branchOf(hash), leafOf(hash));
    if (value === undefined) leaf.delete(key);
    else leaf.set(key, value);
    if (current === undefined) this.size++;
    else if (value === undefined) this.size--;
  }

  private ownLeaf(at: number, below: number): Map<string, V> {
    const place = at * width + below;
    let leaf = this.#ownLeaves.get(place);
    if (leaf === undefined) {
      const branch = this.ownBranch(at);
      leaf = new Map(branch[below]);
      branch[below] = leaf;
      this.#ownLeaves.set(place, leaf);
    }
    return leaf;
  }

  private ownBranch(at: number): (Leaf<V> | undefined)[] {
    let branch = this.#ownBranches.get(at);
    if (branch === undefined) {
      branch = [...(this.root[at] ?? [])];
      this.root[at] = branch;
      this.#ownBranches.set(at, branch);
    }
    return branch;
  }
}

function* leafDifferences<V>(before: Leaf<V> | undefined, after: Leaf<V> | undefined): Iterable<Difference<V>> {
  if (before === after) return;
  for (const [key, value] of before ?? []) {
    const other = after?.get(key);
    if (other !== value) yield { key, before: value, after: other };
  }
  for (const [key, value] of after ?? []) {
    if (before?.has(key) !== true) yield { key, before: undefined, after: value };
  }
}

/** FNV-1a over the key's UTF-16 units, mixed so that the lower bits depend on all of them. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}

function branchOf(hash: number): number {
  return hash & (width - 1);
}

function leafOf(hash: number): number {
  return (hash >>> 5) & (width - 1);
}
