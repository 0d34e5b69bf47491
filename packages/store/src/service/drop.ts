import { invalidArgument, validateNamespace } from "@protomesh/core";
import type { DropResourcesRequest, DropResourcesResponse } from "@protomesh/core/api";
import { writeOf, type DropItem } from "../write/write.js";
import { canonicalIds, expectedIndexes, requestIdViolations, requestOf } from "./request-checks.js";
import type { OnCancelled } from "../write/namespace-writer.js";
import type { StoreContext } from "./store-context.js";
import { committedOf } from "./write-answer.js";

/** Removes resources, all that are there, as one revision. */
export async function drop(
  { writers, feeds }: StoreContext,
  { namespace, resourceIds, expectedIndexes: expected, requestId }: DropResourcesRequest,
  author: string | undefined,
  onCancelled: OnCancelled,
): Promise<DropResourcesResponse> {
  const named = canonicalIds("resource_ids", resourceIds);
  const indexes = expectedIndexes(expected, new Set(named.ids));
  const violations = [
    ...validateNamespace(namespace),
    ...named.violations,
    ...indexes.violations,
    ...requestIdViolations(requestId),
  ];
  if (violations.length > 0) throw invalidArgument(violations);
  if (named.ids.length === 0) {
    const { history, revision } = await feeds.freshHead(namespace);
    return { history, revision, droppedIds: [] };
  }

  const items = named.ids.map((id): DropItem => ({ op: "drop", id, expected: indexes.byId.get(id) }));
  const request = requestOf(requestId, ["drop", named.ids, [...indexes.byId]]);
  const done = committedOf(await writers.submit(namespace, writeOf(items, { request, author }), onCancelled));
  const dropped = done.items.filter(({ outcome }) => outcome === "dropped");
  return { history: done.history, revision: done.revision, droppedIds: dropped.map(({ id }) => id) };
}
