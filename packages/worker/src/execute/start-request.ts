import protos, { type temporal } from "@temporalio/proto";
import type { Duration } from "@protomesh/core/api";
import type { DeclaredTrigger } from "../plan/declared.js";
import type { JsonMember } from "../plan/json-arguments.js";
import type { RetryPolicy, StartOptions } from "../plan/start-options.js";
import { memoOf } from "./memo.js";
import { jsonPayload, type Payload } from "./payload.js";

const { StartWorkflowExecutionRequest } = protos.temporal.api.workflowservice.v1;
const { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } = protos.temporal.api.enums.v1;

export interface StartCall {
  readonly trigger: DeclaredTrigger;
  readonly requestId: string;
  readonly owner: string;
  /** Who calls, as Temporal shows it. */
  readonly identity: string;
}

/**
 * The start call of a trigger. It never replaces an open run: once a newer run is current, the request id protects no
 * longer, and a policy that terminates would kill that run.
 */
export function startRequestOf({
  trigger,
  requestId,
  owner,
  identity,
}: StartCall): temporal.api.workflowservice.v1.IStartWorkflowExecutionRequest {
  const { address } = trigger;
  return StartWorkflowExecutionRequest.fromObject({
    namespace: address.namespace,
    workflowId: address.workflowId,
    requestId,
    identity,
    workflowIdReusePolicy: WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
    ...workflowOf(trigger, owner),
  });
}

/** What a workflow is started with, by a call or by a schedule. */
export function workflowOf({ start, ...trigger }: DeclaredTrigger, owner: string): object {
  const { resourceId, specHash, optionsHash, onDrop } = trigger;
  return {
    memo: { fields: { ...payloadsOf(start.memo), ...memoOf({ owner, resourceId, specHash, optionsHash }, onDrop) } },
    ...(start.searchAttributes.length > 0 && {
      searchAttributes: { indexedFields: payloadsOf(start.searchAttributes) },
    }),
    ...optionsOf(start),
  };
}

function payloadsOf(members: readonly JsonMember[]): Record<string, Payload> {
  return Object.fromEntries(members.map(([key, value]) => [key, jsonPayload(value)]));
}

function optionsOf(start: StartOptions): object {
  return {
    workflowType: { name: start.workflowType },
    taskQueue: { name: start.taskQueue },
    input: { payloads: start.arguments.map(jsonPayload) },
    cronSchedule: start.cronSchedule,
    workflowExecutionTimeout: durationOf(start.executionTimeout),
    workflowRunTimeout: durationOf(start.runTimeout),
    workflowTaskTimeout: durationOf(start.taskTimeout),
    retryPolicy: start.retryPolicy && retryPolicyOf(start.retryPolicy),
  };
}

function retryPolicyOf(policy: RetryPolicy): object {
  return {
    initialInterval: durationOf(policy.initialInterval),
    maximumInterval: durationOf(policy.maximumInterval),
    maximumAttempts: policy.maximumAttempts,
    nonRetryableErrorTypes: [...policy.nonRetryableErrors],
  };
}

export function durationOf(duration: Duration | undefined): { seconds: string; nanos: number } | undefined {
  return duration && { seconds: duration.seconds.toString(), nanos: duration.nanos };
}
