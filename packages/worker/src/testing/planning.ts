import { expect } from "vitest";
import type { DeclaredTrigger } from "../plan/declared.js";
import type { Mark, Observed, Run, RunState, SeenSchedule } from "../plan/observed.js";
import type { PlanSettings } from "../plan/plan-settings.js";
import type { Recorded } from "../plan/recorded.js";
import { requestIdOf } from "../plan/request-id.js";

// What tests of the planner are written in: what is declared, recorded and observed, by what differs from the usual.

export const resourceId = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
export const address = { namespace: "default", workflowId: "nightly" };
export const elsewhere = { namespace: "default", workflowId: "weekly" };
export const settings: PlanSettings = { owner: "protomesh", takesOverForeignRuns: false, restartsOverlapping: false };
export const now = 1_800_000_000_000;

export function declared(overrides: Partial<DeclaredTrigger> = {}): DeclaredTrigger {
  return {
    is: "trigger",
    resourceId,
    index: 7n,
    address,
    specHash: "new",
    optionsHash: "options",
    onDrop: "cancel",
    ifRunning: "abort",
    ifForeign: "as-set",
    updateSignal: "",
    schedule: undefined,
    start: {
      workflowType: "Clean",
      taskQueue: "chores",
      cronSchedule: "",
      executionTimeout: undefined,
      runTimeout: undefined,
      taskTimeout: undefined,
      arguments: [],
      retryPolicy: undefined,
      memo: [],
      searchAttributes: [],
    },
    ...overrides,
  };
}

export function recorded(overrides: Partial<Recorded> = {}): Recorded {
  return {
    index: 7n,
    specHash: "new",
    address,
    onDrop: "cancel",
    carrier: "workflow",
    restarts: 0,
    previousRunId: undefined,
    phase: { is: "started", firstRunId: "first" },
    ...overrides,
  };
}

export const running: RunState = { is: "running", waitsForTick: false };
export const waiting: RunState = { is: "running", waitsForTick: true };
export const ours = (specHash: string): Mark => ({ owner: "protomesh", resourceId, specHash });

export function run(state: RunState, mark: Mark | undefined, overrides: Partial<Run> = {}): Run {
  return {
    address,
    runId: "last",
    firstRunId: "first",
    workflowType: "Clean",
    mark,
    startedAt: now - 5_000,
    state,
    ...overrides,
  };
}

export function observed(current?: Run, recordedRun?: Run): Observed {
  return { at: now, current, recorded: recordedRun };
}

export function endedAs(
  outcome: "completed" | "failed" | "cancelled" | "terminated" | "timed-out" | "unknown",
): RunState {
  return { is: "closed", outcome, closedAt: now - 2_000 };
}

export const start = (previousRunId?: string, ...endings: object[]) => ({
  act: "start",
  endings,
  requestId: requestIdOf({ owner: "protomesh", resourceId, specHash: "new", previousRunId }),
});
export const terminate = (firstRunId: string, at = address): object => ({
  address: at,
  firstRunId,
  how: "terminate",
  reason: expect.stringContaining(resourceId) as unknown,
});
export const nothing = { act: "nothing" };

export function seen(overrides: Partial<SeenSchedule> = {}): SeenSchedule {
  return { address, mark: ours("new"), paused: undefined, running: [], ...overrides };
}
