import { failedPrecondition, invalidArgument, type DomainError, type Violation } from "@protomesh/core";
import type { PublishRequest, PublishResponse } from "@protomesh/core/api";
import { nameViolations } from "./request-checks.js";
import type { StoreContext } from "./store-context.js";

const longestTopicBytes = 512;
const longestPayloadBytes = 4_096;

/** Sends a signal to whoever is subscribed to its topic now, at any store. */
export async function publish({ signals }: StoreContext, { topic, payload }: PublishRequest): Promise<PublishResponse> {
  const violations: Violation[] = topicViolations("topic", topic);
  if (payload.length > longestPayloadBytes) {
    const expected = `expected at most ${longestPayloadBytes}`;
    violations.push({ field: "payload", description: `${payload.length} bytes, ${expected}` });
  }
  if (violations.length > 0) throw invalidArgument(violations);
  if (signals === undefined) throw withoutNotify();
  await signals.sender.send({ topic, payload });
  return {};
}

export function topicViolations(field: string, topic: string): Violation[] {
  return nameViolations(field, topic, longestTopicBytes);
}

/** Without notifications a signal would reach some subscribers and not others, and nobody could tell. */
export function withoutNotify(): DomainError {
  return failedPrecondition("signals need NOTIFY, and store.postgres.notify is false");
}
