import { until } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";
import { untilReason } from "./testing/until-reason.js";
import { onDrop, overlap, waiterTrigger, type TriggerSpec } from "./testing/waiter-trigger.js";
import { end } from "./testing/workflows.js";

const opened = sharedTrial();

describe("a change", () => {
  test("under ABORT waits until the running workflow ends, and says so", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("abort"));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("abort", { jsonArguments: '["new"]' }));
    await untilReason(store, trigger, "Started", "Stale");
    await expect.poll(async () => trial.statesOf("abort")).toEqual(["RUNNING"]);
    await trial.client.workflow.getHandle("abort").signal(end, "well");
    await expect.poll(async () => trial.statesOf("abort")).toEqual(["COMPLETED", "RUNNING"]);
  });

  test("under OVERLAP terminates the running workflow and starts the new one", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("overlap", overlap));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("overlap", { ...overlap, jsonArguments: '["new"]' }));
    await expect.poll(async () => trial.statesOf("overlap")).toEqual(["TERMINATED", "RUNNING"]);
  });

  test("of on_drop alone restarts nothing and counts for the drop", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("on-drop"));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("on-drop", onDrop("ON_DROP_TERMINATE")));
    await until(() => store.statuses.get(trigger.id)?.details["on_drop"] === "terminate", "the ledger follows");
    await expect.poll(async () => trial.statesOf("on-drop")).toEqual(["RUNNING"]);
    store.drop(trigger.id);
    await expect.poll(async () => trial.statesOf("on-drop")).toEqual(["TERMINATED"]);
  });

  test("of a RANDOM id gives the old run its on_drop and starts another id", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const random: TriggerSpec = {
      idSuffix: { $case: "idSuffixBuilder", value: "ID_BUILDER_RANDOM" },
      ...onDrop("ON_DROP_TERMINATE"),
    };
    const workflowId = () => store.statuses.get(trigger.id)?.details["workflow_id"] ?? "";
    const trigger = store.put(waiterTrigger("random-", random));
    await untilReason(store, trigger, "Started", "Running");
    const old = workflowId();
    store.put(waiterTrigger("random-", { ...random, jsonArguments: "[2]" }));
    await expect.poll(async () => trial.statesOf(old)).toEqual(["TERMINATED"]);
    await until(() => workflowId() !== old, "the ledger names the new id");
    await expect.poll(async () => trial.statesOf(workflowId())).toEqual(["RUNNING"]);
    expect((await trial.client.workflow.getHandle(workflowId()).describe()).type).toBe("waiter");
  });

  test("of a cron chain that waits for its tick replaces it at once, under ABORT too", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("cron", { cronSchedule: "0 0 1 1 *" }));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("cron", { cronSchedule: "0 0 2 1 *" }));
    await expect.poll(async () => trial.statesOf("cron")).toEqual(["TERMINATED", "RUNNING"]);
  });
});

describe("an unsuccessful run", () => {
  test("is started again under ABORT", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("again"));
    await untilReason(store, trigger, "Started", "Running");
    await trial.client.workflow.getHandle("again").signal(end, "badly");
    await expect.poll(async () => trial.statesOf("again")).toEqual(["FAILED", "RUNNING"]);
    await until(() => store.statuses.get(trigger.id)?.details["restarts"] === "1", "the restart is counted");
  });

  test("is done under OVERLAP", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("not-again", overlap));
    await untilReason(store, trigger, "Started", "Running");
    await trial.client.workflow.getHandle("not-again").signal(end, "badly");
    await untilReason(store, trigger, "Started", "Failed");
    await expect.poll(async () => trial.statesOf("not-again")).toEqual(["FAILED"]);
  });
});
