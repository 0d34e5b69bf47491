/** Where a workflow lives. At any moment at most one run of a place is open. */
export interface Address {
  /** The Temporal namespace. */
  readonly namespace: string;
  readonly workflowId: string;
}

export function samePlace(a: Address, b: Address): boolean {
  return a.namespace === b.namespace && a.workflowId === b.workflowId;
}
