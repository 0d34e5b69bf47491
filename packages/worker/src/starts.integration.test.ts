import { status } from "@grpc/grpc-js";
import { processTrigger, until } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";
import { taskQueue } from "./testing/trial.js";
import { untilReason } from "./testing/until-reason.js";
import { onDrop, waiterTrigger } from "./testing/waiter-trigger.js";
import { end } from "./testing/workflows.js";

const opened = sharedTrial();

describe("a start", () => {
  test("happens once, with the declared arguments, and the ledger says so", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(
      processTrigger({ spec: { name: "greeting", taskQueue, idPrefix: "once", jsonArguments: '["you"]' } }),
    );
    await expect.poll(async () => trial.statesOf("once")).toEqual(["COMPLETED"]);
    const [run] = await trial.runsOf("once");
    await untilReason(store, trigger, "Started", "Completed");
    expect(store.statuses.get(trigger.id)).toMatchObject({
      reporter: "worker",
      observedIndex: 1n,
      details: { workflow_id: "once", first_run_id: run?.runId, phase: "closed", outcome: "completed" },
    });
    expect(await trial.client.workflow.result("once")).toBe("hello you");
  });

  test("follows a change at once, without waiting for the interval", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store, { "worker.service.sync.interval": 3_600_000 });
    store.put(waiterTrigger("at-once"));
    await expect.poll(async () => trial.statesOf("at-once")).toEqual(["RUNNING"]);
  });

  test("is said in the ledger before it is made", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("intent"));
    await untilReason(store, trigger, "Started", "Running");
    expect(store.reports.map(({ details }) => details["phase"])).toEqual(["intended", "started"]);
  });

  test("carries memo of whose it is", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("memo", onDrop("ON_DROP_CANCEL")));
    await untilReason(store, trigger, "Started", "Running");
    const { memo } = await trial.client.workflow.getHandle("memo").describe();
    expect(memo).toEqual({
      "protomesh.owner": "protomesh",
      "protomesh.resource_id": trigger.id,
      "protomesh.spec_hash": store.statuses.get(trigger.id)?.details["spec_hash"],
      "protomesh.options_hash": expect.any(String),
      "protomesh.on_drop": "cancel",
    });
  });

  test("that Temporal refuses is not tried again until the specification changes", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("refused", { cronSchedule: "never on sundays" }));
    await untilReason(store, trigger, "Accepted", "Refused");
    expect(store.reports.map(({ details }) => details["phase"])).toEqual(["intended", "refused"]);
    store.put(waiterTrigger("refused"));
    await expect.poll(async () => trial.statesOf("refused")).toEqual(["RUNNING"]);
    await untilReason(store, trigger, "Accepted", "Valid");
  });
});

describe("nothing is started twice", () => {
  test("by a restart of the worker: neither a running workflow nor a completed one", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("restarted"));
    await expect.poll(async () => trial.statesOf("restarted")).toEqual(["RUNNING"]);
    const [run] = await trial.runsOf("restarted");
    await untilReason(store, trigger, "Started", "Running");
    await first.stop();

    const second = await trial.startWorker(store);
    await trial.client.workflow.getHandle("restarted").signal(end, "well");
    await untilReason(store, trigger, "Started", "Completed");
    await second.stop();

    const third = await trial.startWorker(store);
    const other = store.put(waiterTrigger("after-restart"));
    await untilReason(store, other, "Started", "Running");
    await third.stop();
    expect((await trial.runsOf("restarted")).map(({ runId }) => runId)).toEqual([run?.runId]);
  });

  test("by two workers at once", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    await trial.startWorker(store);
    const triggers = Array.from({ length: 20 }, (_, n) => store.put(waiterTrigger(`two-${n}`)));
    for (const trigger of triggers) await untilReason(store, trigger, "Started", "Running");
    for (const { name } of triggers) {
      await until(async () => (await trial.runsOf(name)).length > 0, `${name} is listed`);
      expect(await trial.runsOf(name)).toHaveLength(1);
    }
  });

  test("by a crash after the start and before the ledger says so", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    store.fault = (method) => (method === "reportStatus" && store.reports.length > 0 ? status.UNAVAILABLE : undefined);
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("crash-after"));
    await expect.poll(async () => trial.statesOf("crash-after")).toEqual(["RUNNING"]);
    const [run] = await trial.runsOf("crash-after");
    await first.stop();
    expect(store.statuses.get(trigger.id)?.details).toMatchObject({ phase: "intended" });

    store.fault = () => undefined;
    await trial.startWorker(store);
    await untilReason(store, trigger, "Started", "Running");
    expect(store.statuses.get(trigger.id)?.details).toMatchObject({ phase: "started", first_run_id: run?.runId });
    await expect.poll(async () => trial.statesOf("crash-after")).toEqual(["RUNNING"]);
  });
});
