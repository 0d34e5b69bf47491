import type { Violation } from "@protomesh/core";
import type { Duration, Trigger, Trigger_RetryPolicy } from "@protomesh/core/api";
import { jsonArguments, jsonMembers, type JsonMember } from "./json-arguments.js";
import { nonZero } from "./non-zero.js";

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
  /** Beside what the worker writes itself. */
  readonly memo: readonly JsonMember[];
  readonly searchAttributes: readonly JsonMember[];
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
 * @returns the first field that is not the JSON that it must be, where there is one
 */
export function startOptionsOf(trigger: Trigger): StartOptions | Violation {
  const values = jsonArguments(trigger.jsonArguments);
  if (values === undefined) return notJson("json_arguments", "array");
  const memo = jsonMembers(trigger.jsonMemo);
  if (memo === undefined) return notJson("json_memo", "object");
  const searchAttributes = jsonMembers(trigger.jsonSearchAttributes);
  if (searchAttributes === undefined) return notJson("json_search_attributes", "object");
  return {
    workflowType: trigger.name,
    taskQueue: trigger.taskQueue,
    cronSchedule: trigger.cronSchedule,
    executionTimeout: nonZero(trigger.executionTimeout),
    runTimeout: nonZero(trigger.runTimeout),
    taskTimeout: nonZero(trigger.taskTimeout),
    arguments: values,
    retryPolicy: trigger.retryPolicy && retryPolicyOf(trigger.retryPolicy),
    memo,
    searchAttributes,
  };
}

function notJson(field: string, form: string): Violation {
  return { field: `spec.trigger.${field}`, description: `is not a JSON ${form}` };
}

function retryPolicyOf(policy: Trigger_RetryPolicy): RetryPolicy {
  return {
    initialInterval: nonZero(policy.initialInterval),
    maximumInterval: nonZero(policy.maximumBackoff),
    maximumAttempts: policy.maximumAttempts,
    nonRetryableErrors: policy.nonRetryableErrors,
  };
}
