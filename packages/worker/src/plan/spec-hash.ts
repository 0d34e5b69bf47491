import { createHash } from "node:crypto";
import { Trigger_IDBuilder, type Duration, type Trigger } from "@protomesh/core/api";
import type { ScheduleOptions } from "./schedule-options.js";
import type { RetryPolicy, StartOptions } from "./start-options.js";

/** What a trigger declares, in the parts that tell one version from another. */
export interface Declaration {
  readonly trigger: Pick<Trigger, "idPrefix" | "idSuffix">;
  readonly start: StartOptions;
  readonly schedule: ScheduleOptions | undefined;
}

/**
 * Which workflow a trigger declares, as base64url of SHA-256: two declarations with one hash are satisfied by the same
 * run. It covers the id rule, every option of the start call and the schedule. `on_drop`, `if_running`, `if_foreign` and
 * the signal are not in it: they say what to do with runs, not what runs, and take effect on a running workflow without a
 * restart. The Temporal namespace is not in it either: it is a part of the workflow's address.
 */
export function specHashOf(declaration: Declaration): string {
  return hashOf(["trigger/1", ...partsOf(declaration, declaration.start.arguments)]);
}

/** The same without the arguments: runs with one of these differ in nothing but them. */
export function optionsHashOf(declaration: Declaration): string {
  return hashOf(["options/1", ...partsOf(declaration, [])]);
}

function partsOf({ trigger, start, schedule }: Declaration, values: readonly string[]): unknown[] {
  // A list with a fixed order. Whatever is appended later must be left out at its default, or every workflow restarts.
  return [
    start.workflowType,
    start.taskQueue,
    trigger.idPrefix,
    [trigger.idSuffix?.$case ?? "idSuffixBuilder", trigger.idSuffix?.value ?? Trigger_IDBuilder.ONLY_PREFIX],
    start.cronSchedule,
    text(start.executionTimeout),
    text(start.runTimeout),
    text(start.taskTimeout),
    values,
    start.retryPolicy === undefined ? null : retryParts(start.retryPolicy),
    ...(start.memo.length === 0 ? [] : [{ memo: start.memo }]),
    ...(start.searchAttributes.length === 0 ? [] : [{ searchAttributes: start.searchAttributes }]),
    ...(schedule === undefined ? [] : [{ schedule: scheduleParts(schedule) }]),
  ];
}

function hashOf(parts: unknown): string {
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

function scheduleParts(schedule: ScheduleOptions): unknown[] {
  return [
    schedule.cronExpressions,
    text(schedule.interval),
    text(schedule.offset),
    schedule.timeZone,
    text(schedule.jitter),
    schedule.overlap,
    text(schedule.catchUpWindow),
    schedule.pausesOnFailure,
  ];
}

function text(duration: Duration | undefined): string {
  return duration === undefined ? "" : `${duration.seconds}.${String(duration.nanos).padStart(9, "0")}`;
}
