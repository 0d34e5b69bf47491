import { createHash } from "node:crypto";
import { Trigger_IDBuilder, type Duration, type Trigger } from "@protomesh/core/api";
import type { RetryPolicy, StartOptions } from "./start-options.js";

/**
 * Which workflow a trigger declares, as base64url of SHA-256: two declarations with one hash are satisfied by the same
 * run. It covers the id rule and every option of the start call. `on_drop` and `if_running` are not in it: they say
 * what to do with runs, not what runs, and take effect on a running workflow without a restart.
 */
export function specHashOf(trigger: Trigger, start: StartOptions): string {
  // A list with a fixed order. Whatever is appended later must be left out at its default, or every workflow restarts.
  const parts = [
    "trigger/1",
    start.workflowType,
    start.taskQueue,
    trigger.idPrefix,
    [trigger.idSuffix?.$case ?? "idSuffixBuilder", trigger.idSuffix?.value ?? Trigger_IDBuilder.ONLY_PREFIX],
    start.cronSchedule,
    text(start.executionTimeout),
    text(start.runTimeout),
    text(start.taskTimeout),
    start.arguments,
    start.retryPolicy === undefined ? null : retryParts(start.retryPolicy),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function retryParts(policy: RetryPolicy): unknown[] {
  return [
    text(policy.initialInterval),
    text(policy.maximumInterval),
    policy.maximumAttempts,
    policy.nonRetryableErrors,
  ];
}

function text(duration: Duration | undefined): string {
  return duration === undefined ? "" : `${duration.seconds}.${String(duration.nanos).padStart(9, "0")}`;
}
