import { status } from "@grpc/grpc-js";
import protos, { type temporal } from "@temporalio/proto";
import type { RunEnding } from "../plan/action.js";
import type { Address } from "../plan/address.js";
import type { DeclaredTrigger } from "../plan/declared.js";
import type { Mark, Run } from "../plan/observed.js";
import { sameMark } from "../plan/ownership.js";
import { listExecutions, quoted } from "./list-executions.js";
import { markOf } from "./memo.js";
import { jsonPayload } from "./payload.js";
import { runOfDescription } from "./run-of-description.js";
import { startRequestOf } from "./start-request.js";
import type { Caller, TemporalCalls } from "./temporal-calls.js";
import { failureText, isNoSuchRun, isServiceError } from "./temporal-failure.js";

const { WorkflowExecutionStatus } = protos.temporal.api.enums.v1;

export type StartAnswer =
  | { readonly is: "started"; readonly firstRunId: string; readonly open: boolean }
  /** Somebody started a workflow of that id since it was looked for. */
  | { readonly is: "taken" }
  /** The server will not do this, however often it is asked. */
  | Refusal;

export type SignalAnswer =
  | { readonly is: "told" }
  /** The run has closed since it was looked for. */
  | { readonly is: "gone" }
  | Refusal;

export interface Refusal {
  readonly is: "refused";
  readonly reason: string;
}

/** The calls to Temporal about workflows. */
export class WorkflowRuns {
  readonly #calls: TemporalCalls;
  readonly #caller: Caller;

  constructor(calls: TemporalCalls, caller: Caller) {
    this.#calls = calls;
    this.#caller = caller;
  }

  /** The current run at an address, or the given one; undefined where there is none (any more). */
  async describe({ namespace, workflowId }: Address, runId = ""): Promise<Run | undefined> {
    try {
      const request = { namespace, execution: { workflowId, runId } };
      const answer = await this.#calls.call((service) => service.describeWorkflowExecution(request));
      const info = answer.workflowExecutionInfo;
      return info == null ? undefined : runOfDescription(namespace, info, Date.now());
    } catch (error) {
      if (isNoSuchRun(error)) return undefined;
      throw error;
    }
  }

  /** Starts a workflow, or finds the run that an earlier call with this request id has started. */
  async start(trigger: DeclaredTrigger, requestId: string): Promise<StartAnswer> {
    const request = startRequestOf({ trigger, requestId, ...this.#caller });
    try {
      const answer = await this.#calls.call((service) => service.startWorkflowExecution(request));
      const firstRunId = answer.firstExecutionRunId === "" ? answer.runId : answer.firstExecutionRunId;
      // `started` is true also for a repeated request id: only the status tells whether that run is still open.
      const open = answer.status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
      return { is: "started", firstRunId, open };
    } catch (error) {
      if (isServiceError(error) && error.code === status.ALREADY_EXISTS) return { is: "taken" };
      return refusalOf(error);
    }
  }

  /** Tells a run of the declared arguments. A repeated request id is passed over by the server. */
  async signal(trigger: DeclaredTrigger, runId: string, requestId: string): Promise<SignalAnswer> {
    const request = {
      namespace: trigger.address.namespace,
      workflowExecution: { workflowId: trigger.address.workflowId, runId },
      signalName: trigger.updateSignal,
      input: { payloads: trigger.start.arguments.map(jsonPayload) },
      identity: this.#caller.identity,
      requestId,
    };
    try {
      await this.#calls.call((service) => service.signalWorkflowExecution(request));
      return { is: "told" };
    } catch (error) {
      if (isNoSuchRun(error)) return { is: "gone" };
      return refusalOf(error);
    }
  }

  /** Ends a chain of runs; one that has ended, or has been forgotten, is as good as ended. */
  async end({ address, firstRunId, how, reason }: RunEnding): Promise<void> {
    const request = {
      namespace: address.namespace,
      workflowExecution: { workflowId: address.workflowId },
      firstExecutionRunId: firstRunId,
      reason,
      identity: this.#caller.identity,
    };
    try {
      if (how === "terminate") await this.#calls.call((service) => service.terminateWorkflowExecution(request));
      else {
        await this.#calls.call((service) =>
          service.requestCancelWorkflowExecution({ ...request, requestId: firstRunId }),
        );
      }
    } catch (error) {
      if (!isNoSuchRun(error)) throw error;
    }
  }

  /** The newest run of a workflow id that was started with a mark, among all that the server's list has. */
  async find({ namespace, workflowId }: Address, mark: Mark): Promise<Run | undefined> {
    const query = `WorkflowId = "${quoted(workflowId)}"`;
    const executions = await listExecutions(this.#calls, namespace, query);
    const marked = executions.filter(({ memo }) => sameMark(markOf(memo?.fields ?? {}), mark));
    const newest = marked.sort((a, b) => startOf(b) - startOf(a)).at(0)?.execution?.runId;
    return newest == null ? undefined : this.describe({ namespace, workflowId }, newest);
  }
}

function startOf({ startTime }: temporal.api.workflow.v1.IWorkflowExecutionInfo): number {
  return (startTime?.seconds?.toNumber() ?? 0) * 1_000 + (startTime?.nanos ?? 0) / 1_000_000;
}

/** @throws what is no refusal */
export function refusalOf(error: unknown): Refusal {
  if (isServiceError(error) && error.code === status.INVALID_ARGUMENT) {
    return { is: "refused", reason: failureText(error) };
  }
  throw error;
}
