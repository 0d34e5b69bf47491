import { status } from "@grpc/grpc-js";
import type { Connection } from "@temporalio/client";
import protos from "@temporalio/proto";
import type { Address } from "../plan/address.js";
import type { Ending } from "../plan/action.js";
import type { Run } from "../plan/observed.js";
import type { DeclaredTrigger } from "../plan/declared.js";
import type { RateLimit } from "./rate-limit.js";
import { runOfDescription } from "./run-of-description.js";
import { startRequestOf } from "./start-request.js";
import { failureText, isNoSuchRun, isServiceError } from "./temporal-failure.js";

const { WorkflowExecutionStatus } = protos.temporal.api.enums.v1;

export type StartAnswer =
  | { readonly is: "started"; readonly firstRunId: string; readonly open: boolean }
  /** Somebody started a workflow of that id since it was looked for. */
  | { readonly is: "taken" }
  /** The server will not start this, however often it is asked. */
  | { readonly is: "refused"; readonly reason: string };

export interface WorkflowRunsOptions {
  readonly connection: Connection;
  readonly owner: string;
  /** Who calls, as Temporal shows it. */
  readonly identity: string;
  /** How long one call may take, in milliseconds. */
  readonly deadlineMs: number;
  readonly rateLimit: RateLimit;
}

/** The calls to Temporal. Each is one try: whoever calls decides what a failure means. */
export class WorkflowRuns {
  readonly #options: WorkflowRunsOptions;

  constructor(options: WorkflowRunsOptions) {
    this.#options = options;
  }

  /** The current run at an address, or the given one; undefined where there is none (any more). */
  async describe({ namespace, workflowId }: Address, runId = ""): Promise<Run | undefined> {
    try {
      const request = { namespace, execution: { workflowId, runId } };
      const { workflowExecutionInfo: info } = await this.#call((service) => service.describeWorkflowExecution(request));
      return info == null ? undefined : runOfDescription(namespace, info, Date.now());
    } catch (error) {
      if (isNoSuchRun(error)) return undefined;
      throw error;
    }
  }

  /** Starts a workflow, or finds the run that an earlier call with this request id has started. */
  async start(trigger: DeclaredTrigger, requestId: string): Promise<StartAnswer> {
    const { owner, identity } = this.#options;
    const request = startRequestOf({ trigger, requestId, owner, identity });
    try {
      const answer = await this.#call((service) => service.startWorkflowExecution(request));
      const firstRunId = answer.firstExecutionRunId === "" ? answer.runId : answer.firstExecutionRunId;
      // `started` is true also for a repeated request id: only the status tells whether that run is still open.
      const open = answer.status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
      return { is: "started", firstRunId, open };
    } catch (error) {
      if (!isServiceError(error)) throw error;
      if (error.code === status.ALREADY_EXISTS) return { is: "taken" };
      if (error.code === status.INVALID_ARGUMENT) return { is: "refused", reason: failureText(error) };
      throw error;
    }
  }

  /** Ends a chain of runs; one that has ended, or has been forgotten, is as good as ended. */
  async end({ address, firstRunId, how, reason }: Ending): Promise<void> {
    const request = {
      namespace: address.namespace,
      workflowExecution: { workflowId: address.workflowId },
      firstExecutionRunId: firstRunId,
      reason,
      identity: this.#options.identity,
    };
    try {
      if (how === "terminate") await this.#call((service) => service.terminateWorkflowExecution(request));
      else await this.#call((service) => service.requestCancelWorkflowExecution({ ...request, requestId: firstRunId }));
    } catch (error) {
      if (isServiceError(error) && error.code === status.NOT_FOUND) return;
      throw error;
    }
  }

  async #call<T>(call: (service: Connection["workflowService"]) => Promise<T>): Promise<T> {
    const { connection, deadlineMs, rateLimit } = this.#options;
    await rateLimit.turn();
    return connection.withDeadline(Date.now() + deadlineMs, () => call(connection.workflowService));
  }
}
