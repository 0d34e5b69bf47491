import { canonicalId, invalidArgument, validateNamespace, validateResource, type Violation } from "@protomesh/core";
import {
  ApplyResult_Outcome,
  type ApplyResourcesRequest,
  type ApplyResourcesResponse,
  type ApplyResult,
  type Resource,
} from "@protomesh/core/api";
import { versionOf } from "../stream/encode-change.js";
import { writeOf, type Item, type ItemOutcome, type ItemResult, type Write } from "../write/write.js";
import { checkResourceSize } from "./limits.js";
import { putItemOf } from "./put-item.js";
import { canonicalIds, expectedIndexes, nameViolations, requestIdViolations, requestOf } from "./request-checks.js";
import type { OnCancelled } from "../write/namespace-writer.js";
import type { StoreContext } from "./store-context.js";
import { committedOf } from "./write-answer.js";

/** Writes and drops many resources as one revision, or nothing. */
export async function apply(
  { writers, feeds, limits }: StoreContext,
  request: ApplyResourcesRequest,
  author: string | undefined,
  onCancelled: OnCancelled,
): Promise<ApplyResourcesResponse> {
  const { namespace, dryRun } = request;
  for (const resource of request.resources) checkResourceSize(resource, limits);
  const write = checkedWrite(request, author);
  if (write.items.length === 0 && write.applySet === undefined) {
    const { revision, history } = await feeds.freshHead(namespace);
    return { results: [], revision, history };
  }
  if (dryRun) {
    const { result, head } = await writers.rehearse(namespace, async () => Promise.resolve(write));
    const { items, history } = committedOf(result);
    return { results: items.map(rehearsedResult), revision: head, history };
  }
  const { items, revision, history } = committedOf(await writers.submit(namespace, write, onCancelled));
  return { results: items.map(applyResultOf), revision, history };
}

/** @throws DomainError invalid-argument with everything that is wrong with the request */
function checkedWrite(request: ApplyResourcesRequest, author: string | undefined): Write {
  const { namespace, applySet, requestId } = request;
  const resources = request.resources.map((resource) => within(namespace, resource));
  const drops = canonicalIds("drop_ids", request.dropIds);
  const puts = resources.flatMap(({ id }) => canonicalId(id) ?? []);
  const indexes = expectedIndexes(request.expectedIndexes, new Set([...puts, ...drops.ids]));
  const violations = [
    ...validateNamespace(namespace),
    ...resources.flatMap((resource, index) => resourceViolations(resource, namespace, `resources[${index}].`)),
    ...drops.violations,
    ...repeated(puts, drops.ids),
    ...indexes.violations,
    ...(applySet === "" ? [] : nameViolations("apply_set", applySet)),
    ...requestIdViolations(requestId),
  ];
  if (violations.length > 0) throw invalidArgument(violations);

  const items: Item[] = [
    ...resources.map((resource) => putItemOf(resource, indexes.byId.get(canonicalId(resource.id) ?? ""))),
    ...drops.ids.map((id): Item => ({ op: "drop", id, expected: indexes.byId.get(id) })),
  ];
  const told = items.map((item) => [item.op, item.id, item.op === "put" ? item.hash : "", item.expected ?? null]);
  return writeOf(items, {
    applySet: applySet === "" ? undefined : applySet,
    request: requestOf(requestId, ["apply", applySet, told]),
    author,
  });
}

/** A resource that names no namespace belongs to the request's. */
function within(namespace: string, resource: Resource): Resource {
  return resource.namespace === "" ? { ...resource, namespace } : resource;
}

function resourceViolations(resource: Resource, namespace: string, path: string): Violation[] {
  const other: Violation[] =
    resource.namespace === namespace
      ? []
      : [{ field: "namespace", description: `${JSON.stringify(resource.namespace)}, expected the request's` }];
  return [...other, ...validateResource(resource)].map(({ field, description }) => ({
    field: path + field,
    description,
  }));
}

function repeated(puts: readonly string[], drops: readonly string[]): Violation[] {
  const seen = new Set<string>();
  const fieldOf = (index: number): string =>
    index < puts.length ? `resources[${index}].id` : `drop_ids[${index - puts.length}]`;
  return [...puts, ...drops].flatMap((id, index): Violation[] => {
    if (seen.has(id))
      return [{ field: fieldOf(index), description: `${id} stands in the request twice, expected once` }];
    seen.add(id);
    return [];
  });
}

const outcomes: Readonly<Record<ItemOutcome, ApplyResult["outcome"]>> = {
  created: ApplyResult_Outcome.CREATED,
  changed: ApplyResult_Outcome.CHANGED,
  unchanged: ApplyResult_Outcome.UNCHANGED,
  dropped: ApplyResult_Outcome.DROPPED,
  absent: ApplyResult_Outcome.ABSENT,
};

export function applyResultOf({ id, outcome, version }: ItemResult): ApplyResult {
  return { resourceId: id, outcome: outcomes[outcome], version: version && versionOf(version) };
}

/** What would be written has a hash only: no revision and no time are its own yet. */
export function rehearsedResult(item: ItemResult): ApplyResult {
  const result = applyResultOf(item);
  if (item.outcome === "unchanged" || result.version === undefined) return result;
  return { ...result, version: { sha256Hash: result.version.sha256Hash, timestamp: undefined, index: 0n } };
}
