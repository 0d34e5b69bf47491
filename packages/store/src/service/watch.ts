import { invalidArgument, validateNamespace } from "@protomesh/core";
import type { WatchResourcesRequest } from "@protomesh/core/api";
import { kindFilterOf } from "../stream/kind-filter.js";
import { watchNamespace } from "../stream/watch-namespace.js";
import type { Sink } from "../stream/watcher.js";
import type { StoreContext } from "./store-context.js";

/** Sends the state, then each change; or, from a place that the client knows, only changes. */
export async function watch(
  { feeds }: StoreContext,
  { namespace, resumeRevision, resumeHistory, kinds, mergedEndOfList }: WatchResourcesRequest,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const violations = validateNamespace(namespace);
  if (violations.length > 0) throw invalidArgument(violations);
  const resume = resumeRevision === undefined ? undefined : { revision: resumeRevision, history: resumeHistory };
  const style = mergedEndOfList ? "merged" : "separate";
  await watchNamespace(feeds, { namespace, filter: kindFilterOf(kinds), style, resume }, sink, signal);
}
