import type { Mark } from "../plan/observed.js";
import type { Sightings } from "../plan/sightings.js";
import { listPages } from "./list-executions.js";
import { markOf } from "./memo.js";
import type { TemporalCalls } from "./temporal-calls.js";

/**
 * Reads the list of open workflows in some namespaces. Where others have so many of them that the list is longer than
 * looking at each of ours would take, the namespace is left out.
 *
 * @param ours by Temporal namespace: how many triggers run there
 */
export async function sight(calls: TemporalCalls, ours: ReadonlyMap<string, number>): Promise<Sightings> {
  const sightings = new Map<string, ReadonlyMap<string, Mark>>();
  for (const [namespace, count] of ours) {
    const marks = await openIn(calls, namespace, count);
    if (marks !== undefined) sightings.set(namespace, marks);
  }
  return sightings;
}

/** One page costs about as much as so many looks. */
const looksPerPage = 50;

async function openIn(calls: TemporalCalls, namespace: string, count: number): Promise<Map<string, Mark> | undefined> {
  const marks = new Map<string, Mark>();
  let pages = 0;
  for await (const page of listPages(calls, namespace, 'ExecutionStatus = "Running"')) {
    for (const { execution, memo } of page) {
      const mark = markOf(memo?.fields ?? {});
      if (mark !== undefined) marks.set(execution?.workflowId ?? "", mark);
    }
    pages += 1;
    if (pages * looksPerPage > count + looksPerPage) return undefined;
  }
  return marks;
}
