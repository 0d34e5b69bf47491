import protos, { type temporal } from "@temporalio/proto";
import type { Address } from "../plan/address.js";
import type { Outcome, Run, RunState } from "../plan/observed.js";
import { markOf } from "./memo.js";

const { WorkflowExecutionStatus } = protos.temporal.api.enums.v1;

/** What is not in it is open: running, or paused by an operator. */
const outcomes: ReadonlyMap<temporal.api.enums.v1.WorkflowExecutionStatus, Outcome> = new Map([
  [WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED, "completed"],
  [WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED, "failed"],
  [WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED, "cancelled"],
  [WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED, "terminated"],
  [WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT, "timed-out"],
  // Seen only on a run that is not current: how its chain ended is not written on it.
  [WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW, "unknown"],
]);

type Timestamp = { seconds?: { toNumber(): number } | null; nanos?: number | null };

/** A run as Temporal's describe call answers it. */
export function runOfDescription(
  namespace: string,
  info: temporal.api.workflow.v1.IWorkflowExecutionInfo,
  at: number,
): Run {
  const address: Address = { namespace, workflowId: info.execution?.workflowId ?? "" };
  const runId = info.execution?.runId ?? "";
  return {
    address,
    runId,
    firstRunId: info.firstRunId || runId,
    workflowType: info.type?.name ?? "",
    mark: markOf(info.memo?.fields ?? {}),
    startedAt: millisecondsOf(info.startTime),
    state: stateOf(info, at),
  };
}

function stateOf(info: temporal.api.workflow.v1.IWorkflowExecutionInfo, at: number): RunState {
  const outcome = outcomes.get(info.status ?? WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_UNSPECIFIED);
  if (outcome === undefined) return { is: "running", waitsForTick: waitsForTick(info, at) };
  return { is: "closed", outcome, closedAt: millisecondsOf(info.closeTime) };
}

/** Before a cron chain's tick the server has written one event, the start, and says when the run is to begin. */
function waitsForTick(info: temporal.api.workflow.v1.IWorkflowExecutionInfo, at: number): boolean {
  return millisecondsOf(info.executionTime) > at && info.historyLength?.toNumber() === 1;
}

function millisecondsOf(timestamp: Timestamp | null | undefined): number {
  return (timestamp?.seconds?.toNumber() ?? 0) * 1_000 + Math.floor((timestamp?.nanos ?? 0) / 1_000_000);
}
