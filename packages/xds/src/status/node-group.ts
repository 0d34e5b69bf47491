import type { Lacking } from "./lack.js";
import { added, type NodeCount, type Tally } from "./tally.js";

/** Nodes of an audience that lack the same. */
export interface NodeGroup {
  readonly lacking: Lacking;
  readonly isGone: boolean;
  readonly nodes: Set<{ readonly id: string }>;
  /** How many there are and which is the first; undefined: to be found out. */
  count: NodeCount | undefined;
}

/**
 * The resources of which something else is to be said once a node has left a group for another: not what it lacks in
 * both, of which there may be thousands where a node went away long ago.
 */
export function* concernedBy(left: NodeGroup | undefined, entered: NodeGroup | undefined): Iterable<string> {
  const isOfOneKind = left !== undefined && entered !== undefined && left.isGone === entered.isGone;
  const isSame = (id: string): boolean =>
    isOfOneKind && left.lacking.has(id) && entered.lacking.has(id) && left.lacking.get(id) === entered.lacking.get(id);
  for (const id of left?.lacking.keys() ?? []) if (!isSame(id)) yield id;
  for (const id of entered?.lacking.keys() ?? []) if (!isSame(id)) yield id;
}

/** A tally of a resource, with what the nodes of a group say of it added. */
export function withGroup(tally: Tally, group: NodeGroup, id: string): Tally {
  group.count ??= countOf(group.nodes);
  const { count } = group;
  const nodes = tally.nodes + count.count;
  if (!group.lacking.has(id)) return { ...tally, nodes, programmed: tally.programmed + count.count };
  const message = group.lacking.get(id);
  if (message !== undefined) {
    const rejected = { ...added(tally.rejected, count), message: tally.rejected.message || message };
    return { ...tally, nodes, rejected };
  }
  if (group.isGone) return { ...tally, nodes, gone: added(tally.gone, count) };
  return { ...tally, nodes, unanswered: added(tally.unanswered, count) };
}

function countOf(nodes: NodeGroup["nodes"]): NodeCount {
  let first: string | undefined;
  for (const { id } of nodes) if (first === undefined || id < first) first = id;
  return { count: nodes.size, first: first ?? "" };
}
