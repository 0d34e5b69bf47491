/** Some nodes, of which one is named. */
export interface NodeCount {
  readonly count: number;
  /** The id of the first of them by alphabet. */
  readonly first: string;
}

/** How far a declared resource has come on the nodes that it is for. */
export interface Tally {
  readonly nodes: number;
  readonly programmed: number;
  /** Nodes that have not taken it, and have not refused it either. */
  readonly unanswered: NodeCount;
  /** Nodes that went away a short time ago without it. */
  readonly gone: NodeCount;
  readonly rejected: NodeCount & { readonly message: string };
}

const noNodes: NodeCount = { count: 0, first: "" };

export const emptyTally: Tally = {
  nodes: 0,
  programmed: 0,
  unanswered: noNodes,
  gone: noNodes,
  rejected: { ...noNodes, message: "" },
};

export function added(nodes: NodeCount, more: NodeCount): NodeCount {
  if (nodes.count === 0 || more.count === 0) return nodes.count === 0 ? more : nodes;
  return { count: nodes.count + more.count, first: nodes.first < more.first ? nodes.first : more.first };
}
