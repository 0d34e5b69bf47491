import { processTrigger, temporalPath, until } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { taskQueue } from "./testing/trial.js";
import { Trial } from "./testing/trial.js";
import { waiterTrigger } from "./testing/waiter-trigger.js";
import { end } from "./testing/workflows.js";

let trial: Trial;

beforeEach(async ({ skip }) => {
  temporalPath({ skip });
  trial = await Trial.open();
});

afterEach(async () => trial?.close());

test("with Temporal away the worker starts, is not ready, keeps trying, and starts what is declared when it comes", async () => {
  await trial.stopTemporal();
  const store = await trial.openStore();
  const trigger = store.put(waiterTrigger("late"));
  const worker = await trial.startUnreadyWorker(store);
  await until(
    () => worker.readiness().parts["temporal"]?.startsWith("away: UNAVAILABLE"),
    "Temporal is said to be away",
    {
      last: () => JSON.stringify(worker.readiness()),
    },
  );
  expect(worker.readiness().ready).toBe(false);
  await until(() => store.reason(trigger.id, "Started") === "Failing", "the status says that it could not be started");
  expect(store.statuses.get(trigger.id)?.details).toEqual({});

  await trial.restartTemporal();
  await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  await until(() => worker.readiness().ready, "the worker is ready");
});

test("a restart of Temporal neither stops nor doubles anything", async () => {
  const store = await trial.openStore();
  const worker = await trial.startWorker(store);
  const trigger = store.put(waiterTrigger("through"));
  await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  await trial.stopTemporal();
  await until(() => !worker.readiness().ready, "the worker is not ready");
  const meanwhile = store.put(waiterTrigger("meanwhile"));

  await trial.restartTemporal();
  await until(() => store.reason(meanwhile.id, "Started") === "Running", "what was declared meanwhile is started");
  await until(() => worker.readiness().ready, "the worker is ready");
  await expect.poll(async () => trial.statesOf("through")).toEqual(["RUNNING"]);
  await expect.poll(async () => trial.statesOf("meanwhile")).toEqual(["RUNNING"]);
});

test("a finished workflow that Temporal has forgotten is not started again", async () => {
  const store = await trial.openStore();
  await trial.startWorker(store);
  const trigger = store.put(waiterTrigger("finished"));
  await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  await trial.client.workflow.getHandle("finished").signal(end, "well");
  await until(() => store.reason(trigger.id, "Started") === "Completed", "the workflow is completed");

  await trial.restartTemporal({ forgetful: true });
  const other = store.put(waiterTrigger("other"));
  await expect.poll(async () => trial.statesOf("other")).toEqual(["RUNNING"]);
  await until(() => store.reason(other.id, "Started") === "Running", "the other workflow is started");
  expect(await trial.runsOf("finished")).toEqual([]);
});

test("a workflow that finished while no worker ran, and was forgotten, is not started again", async () => {
  const store = await trial.openStore();
  const worker = await trial.startWorker(store);
  const trigger = store.put(waiterTrigger("unseen"));
  await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  await worker.stop();
  await trial.restartTemporal({ forgetful: true });
  await trial.startWorker(store);
  await until(() => store.reason(trigger.id, "Started") === "Unknown", "the workflow is taken for done");
  expect(await trial.runsOf("unseen")).toEqual([]);
});

test("with the store away the worker goes on, says so, and catches up when it comes back", async () => {
  const store = await trial.openStore();
  const worker = await trial.startWorker(store);
  const trigger = store.put(waiterTrigger("before"));
  await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  store.close();
  await until(
    () => worker.readiness().parts["store"]?.startsWith("degraded: without the store since"),
    "the store is said to be away",
  );
  expect(worker.readiness().parts["temporal"]).toBe("ready");

  store.drop(trigger.id);
  const meanwhile = store.put(waiterTrigger("after"));
  await store.open();
  await until(() => store.reason(meanwhile.id, "Started") === "Running", "what was declared meanwhile is started");
  await until(() => !store.statuses.has(trigger.id), "what was dropped meanwhile is forgotten");
  await until(() => worker.readiness().ready, "the worker is ready");
});

test("an incomplete list drops nothing: with the store away at the start nothing happens", async () => {
  const store = await trial.openStore();
  const first = await trial.startWorker(store);
  const trigger = store.put(
    processTrigger({
      name: "kept",
      spec: {
        name: "waiter",
        taskQueue,
        idPrefix: "kept",
        onDrop: { $case: "onDropAction", value: "ON_DROP_TERMINATE" },
      },
    }),
  );
  await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  await first.stop();
  store.listsResources = false;
  const second = await trial.startUnreadyWorker(store);
  await until(() => second.readiness().parts["ledger"] === "ready", "the ledger is known");
  expect(second.readiness().parts["store"]).toBe("connecting to the store");
  store.endLists();
  await until(() => second.readiness().ready, "the worker is ready");
  await expect.poll(async () => trial.statesOf("kept")).toEqual(["RUNNING"]);
});
