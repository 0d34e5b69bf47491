/**
 * An immutable radix tree of values by text key. A lookup walks the text once, whatever the number of keys; a change
 * copies the nodes on its way and shares all others, so that older trees stay as they were.
 */
export interface PrefixTree<V> {
  /** What the keys below have in common, after the label of the node above. */
  readonly label: string;
  readonly value: V | undefined;
  /** By the first UTF-16 unit of their labels. */
  readonly children: ReadonlyMap<number, PrefixTree<V>>;
}

const noChildren: ReadonlyMap<number, never> = new Map<number, never>();

export const emptyTree: PrefixTree<never> = { label: "", value: undefined, children: noChildren };

/**
 * Asks `accept` about the values of all keys that `text` begins with, longest key first, until it answers; `whole` says
 * that the key is the text.
 */
export function find<V, R>(
  tree: PrefixTree<V>,
  text: string,
  accept: (value: V, whole: boolean) => R | undefined,
): R | undefined {
  return findFrom(tree, text, 0, accept);
}

/** The value at exactly this key. */
export function valueAt<V>(tree: PrefixTree<V>, key: string): V | undefined {
  let node: PrefixTree<V> | undefined = tree;
  let position = tree.label.length;
  if (!key.startsWith(tree.label)) return undefined;
  while (node !== undefined && position < key.length) {
    node = node.children.get(key.charCodeAt(position));
    if (node === undefined || !key.startsWith(node.label, position)) return undefined;
    position += node.label.length;
  }
  return node?.value;
}

/** Whether any key begins with this text. */
export function hasKeyBelow(tree: PrefixTree<unknown>, text: string): boolean {
  let node: PrefixTree<unknown> | undefined = tree;
  let position = 0;
  while (node !== undefined) {
    const rest = text.slice(position);
    // A node that is there has a value, or nodes below it that have.
    if (node.label.startsWith(rest)) return node.value !== undefined || node.children.size > 0;
    if (!rest.startsWith(node.label)) return false;
    position += node.label.length;
    node = node.children.get(text.charCodeAt(position));
  }
  return false;
}

/** All keys. */
export function* keysOf(tree: PrefixTree<unknown>, above = ""): Generator<string> {
  const key = above + tree.label;
  if (tree.value !== undefined) yield key;
  for (const child of tree.children.values()) yield* keysOf(child, key);
}

/** The tree with this value at `key`; undefined removes it. */
export function withValue<V>(tree: PrefixTree<V>, key: string, value: V | undefined): PrefixTree<V> {
  const changed = changedNode(tree, key, value) ?? emptyTree;
  // The root keeps an empty label, so that it has a place for every key.
  return changed.label === "" ? changed : nodeOf("", undefined, new Map([[changed.label.charCodeAt(0), changed]]));
}

function findFrom<V, R>(
  node: PrefixTree<V>,
  text: string,
  position: number,
  accept: (value: V, whole: boolean) => R | undefined,
): R | undefined {
  if (!text.startsWith(node.label, position)) return undefined;
  const end = position + node.label.length;
  const child = end < text.length ? node.children.get(text.charCodeAt(end)) : undefined;
  const found = child === undefined ? undefined : findFrom(child, text, end, accept);
  if (found !== undefined || node.value === undefined) return found;
  return accept(node.value, end === text.length);
}

/** The node with `value` at `key`, which begins where the node's label does; undefined where nothing is left. */
function changedNode<V>(node: PrefixTree<V>, key: string, value: V | undefined): PrefixTree<V> | undefined {
  const { label } = node;
  const shared = sharedLength(label, key);
  if (shared < label.length) return value === undefined ? node : split(node, shared, key, value);
  if (shared === key.length) return pruned(nodeOf(label, value, node.children));
  const rest = key.slice(shared);
  const first = rest.charCodeAt(0);
  const child = node.children.get(first);
  const changed = child === undefined ? leafOf(rest, value) : changedNode(child, rest, value);
  if (changed === child) return node;
  const children = new Map(node.children);
  if (changed === undefined) children.delete(first);
  else children.set(first, changed);
  return pruned(nodeOf(label, node.value, children));
}

function split<V>(node: PrefixTree<V>, at: number, key: string, value: V): PrefixTree<V> {
  const lower = nodeOf(node.label.slice(at), node.value, node.children);
  const children = new Map([[lower.label.charCodeAt(0), lower]]);
  if (at === key.length) return nodeOf(key, value, children);
  const rest = key.slice(at);
  children.set(rest.charCodeAt(0), nodeOf(rest, value, noChildren));
  return nodeOf(key.slice(0, at), undefined, children);
}

/** A node without a value is only there to part ways: with one child it becomes that child, with none it goes. */
function pruned<V>(node: PrefixTree<V>): PrefixTree<V> | undefined {
  if (node.value !== undefined || node.children.size > 1) return node;
  const [only] = node.children.values();
  return only === undefined ? undefined : nodeOf(node.label + only.label, only.value, only.children);
}

function leafOf<V>(label: string, value: V | undefined): PrefixTree<V> | undefined {
  return value === undefined ? undefined : nodeOf(label, value, noChildren);
}

function nodeOf<V>(label: string, value: V | undefined, children: ReadonlyMap<number, PrefixTree<V>>): PrefixTree<V> {
  return { label, value, children };
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
