import { invalidArgument, type DomainError } from "@protomesh/core";
import type { SubscribeRequest } from "@protomesh/core/api";
import type { SignalSink } from "../signal/subscriber.js";
import { topicViolations, withoutNotify } from "./publish.js";
import type { StoreContext } from "./store-context.js";

/** Sends the signals of some topics from now on. */
export async function subscribe(
  { signals }: StoreContext,
  { topics }: SubscribeRequest,
  sink: SignalSink & { readonly end: (error: DomainError) => void },
  signal: AbortSignal,
): Promise<void> {
  const violations = topics.flatMap((topic, index) => topicViolations(`topics[${index}]`, topic));
  if (topics.length === 0) violations.push({ field: "topics", description: "is empty, expected one topic or more" });
  if (violations.length > 0) throw invalidArgument(violations);
  if (signals === undefined) throw withoutNotify();
  signals.subscriptions.subscribe(topics, sink, signal);
  return Promise.resolve();
}
