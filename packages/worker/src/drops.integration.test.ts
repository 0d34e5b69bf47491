import { status } from "@grpc/grpc-js";
import { until } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";
import { taskQueue } from "./testing/trial.js";
import { untilReason } from "./testing/until-reason.js";
import { onDrop, waiterTrigger } from "./testing/waiter-trigger.js";

const opened = sharedTrial();

describe("a drop", () => {
  test.each([
    { value: "ON_DROP_CANCEL", status: "CANCELLED" },
    { value: "ON_DROP_TERMINATE", status: "TERMINATED" },
  ] as const)("with $value leaves the run $status and the ledger empty", async ({ value, status: left }) => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger(value, onDrop(value)));
    await untilReason(store, trigger, "Started", "Running");
    store.drop(trigger.id);
    await expect.poll(async () => trial.statesOf(value)).toEqual([left]);
    await until(() => !store.statuses.has(trigger.id), "the ledger has forgotten it");
  });

  test("with ON_DROP_DO_NOTHING lets the run go on", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("nothing"));
    await untilReason(store, trigger, "Started", "Running");
    store.drop(trigger.id);
    await until(() => !store.statuses.has(trigger.id), "the ledger has forgotten it");
    await expect.poll(async () => trial.statesOf("nothing")).toEqual(["RUNNING"]);
  });

  test("that happened while no worker ran is honoured at the next start", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("while-away", onDrop("ON_DROP_TERMINATE")));
    await untilReason(store, trigger, "Started", "Running");
    await first.stop();
    store.drop(trigger.id);
    await trial.startWorker(store);
    await expect.poll(async () => trial.statesOf("while-away")).toEqual(["TERMINATED"]);
    await until(() => !store.statuses.has(trigger.id), "the ledger has forgotten it");
  });

  test("never hits a successor at the same workflow id", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("successor", onDrop("ON_DROP_TERMINATE")));
    await untilReason(store, trigger, "Started", "Running");
    await first.stop();
    await trial.client.workflow.getHandle("successor").terminate();
    await trial.client.workflow.start("waiter", { taskQueue, workflowId: "successor" });
    store.drop(trigger.id);
    await trial.startWorker(store);
    await until(() => !store.statuses.has(trigger.id), "the ledger has forgotten it");
    await expect.poll(async () => trial.statesOf("successor")).toEqual(["TERMINATED", "RUNNING"]);
  });

  test("after a crash between intent and ledger finds the run by its memo", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    store.fault = (method) => (method === "reportStatus" && store.reports.length > 0 ? status.UNAVAILABLE : undefined);
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("crash-drop", onDrop("ON_DROP_TERMINATE")));
    await expect.poll(async () => trial.statesOf("crash-drop")).toEqual(["RUNNING"]);
    await first.stop();
    store.fault = () => undefined;
    store.drop(trigger.id);
    await trial.startWorker(store);
    await expect.poll(async () => trial.statesOf("crash-drop")).toEqual(["TERMINATED"]);
  });
});
