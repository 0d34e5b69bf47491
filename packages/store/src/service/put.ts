import { invalidArgument, validateResource } from "@protomesh/core";
import type { PutResourceRequest, PutResourceResponse } from "@protomesh/core/api";
import { versionOf } from "../stream/encode-change.js";
import { writeOf } from "../write/write.js";
import { checkResourceSize } from "./limits.js";
import { putItemOf } from "./put-item.js";
import { requestIdViolations, requestOf } from "./request-checks.js";
import type { OnCancelled } from "../write/namespace-writer.js";
import type { StoreContext } from "./store-context.js";
import { committedOf } from "./write-answer.js";

/** Writes one resource. */
export async function put(
  { writers, limits }: StoreContext,
  { resource, expectedIndex, requestId }: PutResourceRequest,
  author: string | undefined,
  onCancelled: OnCancelled,
): Promise<PutResourceResponse> {
  if (resource === undefined) throw invalidArgument([{ field: "resource", description: "is missing" }]);
  checkResourceSize(resource, limits);
  const violations = [...validateResource(resource), ...requestIdViolations(requestId)];
  if (expectedIndex !== undefined && expectedIndex < 0n) {
    violations.push({ field: "expected_index", description: `${expectedIndex}, expected 0 or more` });
  }
  if (violations.length > 0) throw invalidArgument(violations);

  const item = putItemOf(resource, expectedIndex);
  const request = requestOf(requestId, ["put", item.id, item.hash, expectedIndex ?? null]);
  const { items, history } = committedOf(
    await writers.submit(resource.namespace, writeOf([item], { request, author }), onCancelled),
  );
  const version = items[0]?.version;
  return { version: version && versionOf(version), history };
}
