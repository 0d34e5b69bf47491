import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { temporal } from "@temporalio/proto";
import type { ScheduleEnding } from "../plan/action.js";
import type { Address } from "../plan/address.js";
import type { DeclaredTrigger } from "../plan/declared.js";
import type { SeenSchedule } from "../plan/observed.js";
import { listExecutions, quoted } from "./list-executions.js";
import { markOf } from "./memo.js";
import { scheduleOf } from "./schedule-request.js";
import type { Caller, TemporalCalls } from "./temporal-calls.js";
import { isNoSuchRun, isServiceError } from "./temporal-failure.js";
import { refusalOf, type Refusal } from "./workflow-runs.js";

export type ScheduleAnswer =
  | { readonly is: "written" }
  /** It was created, replaced or deleted by somebody since it was looked for. */
  | { readonly is: "taken" }
  | Refusal;

type Execution = temporal.api.common.v1.IWorkflowExecution;

/** The calls to Temporal about schedules. A schedule has the id of the workflow that it starts. */
export class Schedules {
  readonly #calls: TemporalCalls;
  readonly #caller: Caller;

  constructor(calls: TemporalCalls, caller: Caller) {
    this.#calls = calls;
    this.#caller = caller;
  }

  /** What is at an address, without its runs; undefined where nothing is. */
  async describe(address: Address): Promise<SeenSchedule | undefined> {
    const answer = await this.#read(address);
    return answer && seenOf(address, answer, []);
  }

  /** The same with all runs that may be under way. */
  async describeWithRuns(address: Address): Promise<SeenSchedule | undefined> {
    const answer = await this.#read(address);
    if (answer === undefined) return undefined;
    // The schedule itself does not watch runs that may go on side by side, and the list is late by a moment.
    const { runningWorkflows, recentActions } = answer.info ?? {};
    const recent = (recentActions ?? []).flatMap(({ startWorkflowResult }) => startWorkflowResult ?? []);
    return seenOf(address, answer, [...(runningWorkflows ?? []), ...recent, ...(await this.#openRuns(address))]);
  }

  async create(trigger: DeclaredTrigger): Promise<ScheduleAnswer> {
    const { namespace, workflowId } = trigger.address;
    const { identity, owner } = this.#caller;
    // A request id of its own: the server answers a repeated one with success also when the schedule was deleted since.
    const requestId = randomUUID();
    const request = { namespace, scheduleId: workflowId, schedule: scheduleOf(trigger, owner), requestId, identity };
    try {
      await this.#calls.call((service) => service.createSchedule(request));
      return { is: "written" };
    } catch (error) {
      if (isServiceError(error) && error.code === status.ALREADY_EXISTS) return { is: "taken" };
      return refusalOf(error);
    }
  }

  /** Replaces what is declared of it. Whether it is paused stays as it is. */
  async update(trigger: DeclaredTrigger): Promise<ScheduleAnswer> {
    const { namespace, workflowId } = trigger.address;
    const { identity, owner } = this.#caller;
    const before = await this.#read(trigger.address);
    if (before === undefined) return { is: "taken" };
    const state = before.schedule?.state ?? null;
    const schedule = { ...scheduleOf(trigger, owner), state };
    const { conflictToken } = before;
    const request = { namespace, scheduleId: workflowId, schedule, conflictToken, requestId: randomUUID(), identity };
    try {
      await this.#calls.call((service) => service.updateSchedule(request));
      return { is: "written" };
    } catch (error) {
      if (isNoSuchRun(error)) return { is: "taken" };
      return refusalOf(error);
    }
  }

  /** Has a schedule start nothing more; one that is gone is as good as ended. */
  async end({ address: { namespace, workflowId: scheduleId }, how, reason }: ScheduleEnding): Promise<void> {
    const { identity } = this.#caller;
    try {
      if (how === "delete") {
        await this.#calls.call((service) => service.deleteSchedule({ namespace, scheduleId, identity }));
      } else {
        const patch = { pause: reason };
        await this.#calls.call((service) => service.patchSchedule({ namespace, scheduleId, patch, identity }));
      }
    } catch (error) {
      if (!isNoSuchRun(error)) throw error;
    }
  }

  async #openRuns({ namespace, workflowId }: Address): Promise<Execution[]> {
    const query = `TemporalScheduledById = "${quoted(workflowId)}" AND ExecutionStatus = "Running"`;
    const runs = await listExecutions(this.#calls, namespace, query);
    return runs.flatMap(({ execution }) => execution ?? []);
  }

  async #read({ namespace, workflowId: scheduleId }: Address) {
    try {
      return await this.#calls.call((service) => service.describeSchedule({ namespace, scheduleId }));
    } catch (error) {
      if (isNoSuchRun(error)) return undefined;
      throw error;
    }
  }
}

function seenOf(
  address: Address,
  { schedule }: temporal.api.workflowservice.v1.IDescribeScheduleResponse,
  executions: readonly Execution[],
): SeenSchedule {
  const running = new Map(executions.map(({ workflowId, runId }) => [runId ?? "", workflowId ?? ""]));
  return {
    address,
    mark: markOf(schedule?.action?.startWorkflow?.memo?.fields ?? {}),
    paused: schedule?.state?.paused === true ? (schedule.state.notes ?? "") : undefined,
    running: [...running].map(([runId, workflowId]) => ({ workflowId, runId })),
  };
}
