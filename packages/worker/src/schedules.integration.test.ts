import type { ScheduleDescription } from "@temporalio/client";
import { status } from "@grpc/grpc-js";
import type { Resource } from "@protomesh/core/api";
import { processTrigger, until } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";
import { taskQueue } from "./testing/trial.js";
import { onDrop, type TriggerSpec } from "./testing/waiter-trigger.js";

const opened = sharedTrial();

const seconds = (count: bigint) => ({ seconds: count, nanos: 0 });
const often: TriggerSpec = { schedule: { interval: seconds(1n) } };
const daily: TriggerSpec = { schedule: { cronExpressions: ["0 3 * * *"] } };

/** A trigger of the workflow type `waiter`, whose id prefix is its name. */
function scheduled(name: string, ...specs: TriggerSpec[]): Resource {
  const spec: TriggerSpec = Object.assign({ name: "waiter", taskQueue, idPrefix: name }, ...specs);
  return processTrigger({ name, spec });
}

async function scheduleOf(id: string): Promise<ScheduleDescription> {
  return (await opened()).client.schedule.getHandle(id).describe();
}

async function isGone(id: string): Promise<boolean> {
  return scheduleOf(id).then(
    () => false,
    (error: { code?: unknown; name: string }) =>
      error.code === status.NOT_FOUND || error.name === "ScheduleNotFoundError",
  );
}

/** How the runs that a schedule has started stand, the oldest first. */
async function statesOf(id: string): Promise<string[]> {
  const { client } = await opened();
  const states: string[] = [];
  for await (const run of client.workflow.list({ query: `TemporalScheduledById = "${id}"` })) {
    states.unshift(run.status.name);
  }
  return states;
}

test("is created as declared, and starts the workflow with the declared arguments", async () => {
  const trial = await opened();
  const store = await trial.openStore();
  await trial.startWorker(store);
  const trigger = store.put(
    scheduled("created", {
      name: "greeting",
      jsonArguments: '["you"]',
      runTimeout: seconds(60n),
      schedule: {
        cronExpressions: ["0 3 * * *"],
        interval: seconds(1n),
        timeZone: "Europe/Berlin",
        overlapPolicy: "OVERLAP_POLICY_BUFFER_ALL",
        catchUpWindow: seconds(120n),
        pauseOnFailure: true,
      },
    }),
  );
  await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
  const { spec, policies, action } = await scheduleOf("created");
  expect(spec).toMatchObject({ timezone: "Europe/Berlin", intervals: [{ every: 1_000 }], calendars: [{}] });
  expect(policies).toEqual({ overlap: "BUFFER_ALL", catchupWindow: 120_000, pauseOnFailure: true });
  expect(action).toMatchObject({
    workflowId: "created",
    workflowType: "greeting",
    taskQueue,
    workflowRunTimeout: 60_000,
  });
  await until(async () => (await statesOf("created")).includes("COMPLETED"), "it has started the workflow");
  const { info } = await scheduleOf("created");
  const workflowId = info.recentActions[0]?.action.workflow.workflowId ?? "";
  expect(workflowId).toMatch(/^created-20/);
  expect(await trial.client.workflow.result(workflowId)).toBe("hello you");
});

test("is left as it is by a restart of the worker, and by a second one", async () => {
  const trial = await opened();
  const store = await trial.openStore();
  const first = await trial.startWorker(store);
  const trigger = store.put(scheduled("kept", daily));
  await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
  const before = await scheduleOf("kept");
  await first.stop();
  const reports = store.reports.length;
  await trial.startWorker(store);
  await trial.startWorker(store);
  const other = store.put(scheduled("kept-too", daily));
  await until(() => store.reason(other.id, "Started") === "Scheduled", "the workers work");
  const { info } = await scheduleOf("kept");
  expect([info.createdAt, info.lastUpdatedAt]).toEqual([before.info.createdAt, before.info.lastUpdatedAt]);
  expect(store.reports.slice(reports).filter(({ resourceId }) => resourceId === trigger.id)).toEqual([]);
});

test("is replaced in place by a change, and stays paused where somebody has paused it", async () => {
  const trial = await opened();
  const store = await trial.openStore();
  await trial.startWorker(store);
  const trigger = store.put(scheduled("changed", daily));
  await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
  const { info: before } = await scheduleOf("changed");
  await trial.client.schedule.getHandle("changed").pause("holiday");
  await until(() => store.reason(trigger.id, "Started") === "Paused", "the status says that it is paused");
  store.put(scheduled("changed", daily, { jsonArguments: "[1]" }));
  await until(async () => (await scheduleOf("changed")).action.args?.[0] === 1, "the arguments are the new ones");
  await until(() => store.reason(trigger.id, "Started") === "Paused", "it is paused still");
  const { info, state } = await scheduleOf("changed");
  expect(info.createdAt).toEqual(before.createdAt);
  expect(state).toMatchObject({ paused: true, note: "holiday" });
  await trial.client.schedule.getHandle("changed").unpause();
  await until(() => store.reason(trigger.id, "Started") === "Scheduled", "it goes on");
});

test("that somebody has deleted is created again", async () => {
  const trial = await opened();
  const store = await trial.openStore();
  await trial.startWorker(store);
  const trigger = store.put(scheduled("deleted", daily));
  await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
  const { info: before } = await scheduleOf("deleted");
  await trial.client.schedule.getHandle("deleted").delete();
  const { info } = await until(async () => scheduleOf("deleted"), "it is there again");
  expect(info.createdAt.getTime()).toBeGreaterThan(before.createdAt.getTime());
});

test("that Temporal refuses is told by the status, and tried again when the specification changes", async () => {
  const trial = await opened();
  const store = await trial.openStore();
  await trial.startWorker(store);
  const trigger = store.put(
    scheduled("refused", { schedule: { cronExpressions: ["@daily"], timeZone: "Mars/Olympus" } }),
  );
  await until(() => store.reason(trigger.id, "Accepted") === "Refused", "the status says so");
  expect(store.statuses.get(trigger.id)?.conditions[0]?.message).toContain("Mars/Olympus");
  store.put(scheduled("refused", daily));
  await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
});

describe("a foreign schedule of that id", () => {
  async function foreign(scheduleId: string): Promise<void> {
    const { client } = await opened();
    const action = { type: "startWorkflow", workflowType: "greeting", taskQueue, workflowId: scheduleId } as const;
    await client.schedule.create({ scheduleId, spec: { cronExpressions: ["@yearly"] }, action });
  }

  test("is left alone, and the status says Conflict", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await foreign("theirs");
    await trial.startWorker(store);
    const trigger = store.put(scheduled("theirs", daily, onDrop("ON_DROP_TERMINATE")));
    await until(() => store.reason(trigger.id, "Conflict") === "ForeignSchedule", "the status says so");
    store.drop(trigger.id);
    await until(() => !store.statuses.has(trigger.id), "the drop is done");
    expect((await scheduleOf("theirs")).action.workflowType).toBe("greeting");
  });

  test("is replaced where the trigger says so", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await foreign("taken");
    await trial.startWorker(store);
    const trigger = store.put(scheduled("taken", daily, { ifForeignAction: "IF_FOREIGN_ADOPT" }));
    await until(() => store.reason(trigger.id, "Started") === "Scheduled", "it is ours");
    expect((await scheduleOf("taken")).action.workflowType).toBe("waiter");
  });
});

describe("a drop", () => {
  test.each([
    { value: "ON_DROP_CANCEL", left: "CANCELLED" },
    { value: "ON_DROP_TERMINATE", left: "TERMINATED" },
  ] as const)("with $value deletes it and leaves its runs $left", async ({ value, left }) => {
    const trial = await opened();
    const store = await trial.openStore();
    const id = `dropped-${left}`;
    const overlapping: TriggerSpec = { schedule: { interval: seconds(1n), overlapPolicy: "OVERLAP_POLICY_ALLOW_ALL" } };
    const first = await trial.startWorker(store);
    const trigger = store.put(scheduled(id, overlapping, onDrop(value)));
    await until(async () => (await statesOf(id)).length >= 2, "two runs are under way");
    await first.stop();
    store.drop(trigger.id);
    await trial.startWorker(store);
    await until(() => !store.statuses.has(trigger.id), "the drop is done");
    expect(await isGone(id)).toBe(true);
    await expect.poll(async () => new Set(await statesOf(id))).toEqual(new Set([left]));
  });

  test("with ON_DROP_DO_NOTHING lets it go on", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(scheduled("goes-on", often));
    await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
    store.drop(trigger.id);
    await until(() => !store.statuses.has(trigger.id), "the drop is done");
    expect((await scheduleOf("goes-on")).state.paused).toBe(false);
  });
});

describe("instead of", () => {
  test("a cron chain that waits for its tick: the chain is replaced at once", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(scheduled("from-cron", { cronSchedule: "0 0 1 1 *" }));
    await until(() => store.reason(trigger.id, "Started") === "Running", "the chain waits");
    store.put(scheduled("from-cron", daily));
    await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
    await expect.poll(async () => trial.statesOf("from-cron")).toEqual(["TERMINATED"]);
  });

  test("and again without: the schedule is deleted, and the workflow starts", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(scheduled("to-workflow", daily));
    await until(() => store.reason(trigger.id, "Started") === "Scheduled", "the schedule is there");
    store.put(scheduled("to-workflow"));
    await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
    expect(await isGone("to-workflow")).toBe(true);
  });
});
