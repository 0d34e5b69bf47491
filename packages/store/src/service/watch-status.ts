import { invalidArgument, validateNamespace, type DomainError } from "@protomesh/core";
import type { WatchStatusRequest } from "@protomesh/core/api";
import type { StatusSink } from "../status/status-watcher.js";
import { canonicalIds } from "./request-checks.js";
import type { StoreContext } from "./store-context.js";

/** Sends the statuses, then each that changes. */
export async function watchStatus(
  { statuses }: StoreContext,
  { namespace, resourceIds, reporters }: WatchStatusRequest,
  sink: StatusSink & { end(error: DomainError): void },
  signal: AbortSignal,
): Promise<void> {
  const named = canonicalIds("resource_ids", resourceIds);
  const violations = [...validateNamespace(namespace), ...named.violations];
  if (violations.length > 0) throw invalidArgument(violations);
  await statuses.watch(namespace, { resourceIds: named.ids, reporters }, sink, signal, (error) => sink.end(error));
}
