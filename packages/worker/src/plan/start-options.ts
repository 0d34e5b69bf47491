import type { Duration, Trigger, Trigger_RetryPolicy } from "@protomesh/core/api";
import { jsonArguments } from "./json-arguments.js";

/** What the start call carries besides the workflow's id: the part of a declaration that a run cannot change. */
export interface StartOptions {
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly cronSchedule: string;
  readonly executionTimeout: Duration | undefined;
  readonly runTimeout: Duration | undefined;
  readonly taskTimeout: Duration | undefined;
  /** Each a JSON text in normal form. */
  readonly arguments: readonly string[];
  readonly retryPolicy: RetryPolicy | undefined;
}

/** Zero attempts and absent intervals are the server's defaults. */
export interface RetryPolicy {
  readonly initialInterval: Duration | undefined;
  readonly maximumInterval: Duration | undefined;
  readonly maximumAttempts: number;
  readonly nonRetryableErrors: readonly string[];
}

/**
 * The start options that a trigger declares. A zero timeout or interval means the same as none.
 *
 * @returns undefined when `json_arguments` is not a JSON array
 */
export function startOptionsOf(trigger: Trigger): StartOptions | undefined {
  const values = jsonArguments(trigger.jsonArguments);
  if (values === undefined) return undefined;
  return {
    workflowType: trigger.name,
    taskQueue: trigger.taskQueue,
    cronSchedule: trigger.cronSchedule,
    executionTimeout: nonZero(trigger.executionTimeout),
    runTimeout: nonZero(trigger.runTimeout),
    taskTimeout: nonZero(trigger.taskTimeout),
    arguments: values,
    retryPolicy: trigger.retryPolicy && retryPolicyOf(trigger.retryPolicy),
  };
}

function retryPolicyOf(policy: Trigger_RetryPolicy): RetryPolicy {
  return {
    initialInterval: nonZero(policy.initialInterval),
    maximumInterval: nonZero(policy.maximumBackoff),
    maximumAttempts: policy.maximumAttempts,
    nonRetryableErrors: policy.nonRetryableErrors,
  };
}

function nonZero(duration: Duration | undefined): Duration | undefined {
  return duration === undefined || (duration.seconds === 0n && duration.nanos === 0) ? undefined : duration;
}
