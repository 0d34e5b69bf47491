import { status } from "@grpc/grpc-js";
import type { Resource, Trigger } from "@protomesh/core/api";
import { processTrigger, temporalPath, until } from "@protomesh/testing";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { MemoryStore } from "./testing/memory-store.js";
import { end } from "./testing/workflows.js";
import { patience, taskQueue, Trial } from "./testing/trial.js";

let shared: Trial | undefined;

async function opened(): Promise<Trial> {
  shared ??= await Trial.open();
  return shared;
}

beforeEach(({ skip }) => void temporalPath({ skip }));

afterAll(async () => shared?.close());

type Spec = Parameters<typeof Trigger.fromPartial>[0];

/** A trigger of the workflow type `waiter`, whose id prefix is its name. */
function waiterTrigger(name: string, spec: Spec = {}): Resource {
  return processTrigger({ name, spec: { name: "waiter", taskQueue, idPrefix: name, ...spec } });
}

const overlap: Spec = { ifRunning: { $case: "ifRunningAction", value: "IF_RUNNING_OVERLAP" } };
const onDrop = (value: "ON_DROP_CANCEL" | "ON_DROP_TERMINATE" | "ON_DROP_DO_NOTHING"): Spec => ({
  onDrop: { $case: "onDropAction", value },
});

async function untilReason(store: MemoryStore, { id }: Resource, type: string, reason: string): Promise<void> {
  await until(() => store.reason(id, type) === reason, `${type} says ${reason}`, {
    last: () =>
      JSON.stringify(store.statuses.get(id)?.conditions ?? "no status", (_key, value: unknown) => String(value)),
  });
}

describe("a start", () => {
  test("happens once, with the declared arguments, and the ledger says so", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(
      processTrigger({ spec: { name: "greeting", taskQueue, idPrefix: "once", jsonArguments: '["you"]' } }),
    );
    await expect.poll(async () => trial.statesOf("once"), patience).toEqual(["COMPLETED"]);
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
    await expect.poll(async () => trial.statesOf("at-once"), patience).toEqual(["RUNNING"]);
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
    await expect.poll(async () => trial.statesOf("refused"), patience).toEqual(["RUNNING"]);
    await untilReason(store, trigger, "Accepted", "Valid");
  });
});

describe("nothing is started twice", () => {
  test("by a restart of the worker: neither a running workflow nor a completed one", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("restarted"));
    await expect.poll(async () => trial.statesOf("restarted"), patience).toEqual(["RUNNING"]);
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
    await expect.poll(async () => trial.statesOf("crash-after"), patience).toEqual(["RUNNING"]);
    const [run] = await trial.runsOf("crash-after");
    await first.stop();
    expect(store.statuses.get(trigger.id)?.details).toMatchObject({ phase: "intended" });

    store.fault = () => undefined;
    await trial.startWorker(store);
    await untilReason(store, trigger, "Started", "Running");
    expect(store.statuses.get(trigger.id)?.details).toMatchObject({ phase: "started", first_run_id: run?.runId });
    await expect.poll(async () => trial.statesOf("crash-after"), patience).toEqual(["RUNNING"]);
  });
});

describe("a change", () => {
  test("under ABORT waits until the running workflow ends, and says so", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("abort"));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("abort", { jsonArguments: '["new"]' }));
    await untilReason(store, trigger, "Started", "Stale");
    await expect.poll(async () => trial.statesOf("abort"), patience).toEqual(["RUNNING"]);
    await trial.client.workflow.getHandle("abort").signal(end, "well");
    await expect.poll(async () => trial.statesOf("abort"), patience).toEqual(["COMPLETED", "RUNNING"]);
  });

  test("under OVERLAP terminates the running workflow and starts the new one", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("overlap", overlap));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("overlap", { ...overlap, jsonArguments: '["new"]' }));
    await expect.poll(async () => trial.statesOf("overlap"), patience).toEqual(["TERMINATED", "RUNNING"]);
  });

  test("of on_drop alone restarts nothing and counts for the drop", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("on-drop"));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("on-drop", onDrop("ON_DROP_TERMINATE")));
    await until(() => store.statuses.get(trigger.id)?.details["on_drop"] === "terminate", "the ledger follows");
    await expect.poll(async () => trial.statesOf("on-drop"), patience).toEqual(["RUNNING"]);
    store.drop(trigger.id);
    await expect.poll(async () => trial.statesOf("on-drop"), patience).toEqual(["TERMINATED"]);
  });

  test("of a RANDOM id gives the old run its on_drop and starts another id", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const random: Spec = {
      idSuffix: { $case: "idSuffixBuilder", value: "ID_BUILDER_RANDOM" },
      ...onDrop("ON_DROP_TERMINATE"),
    };
    const workflowId = () => store.statuses.get(trigger.id)?.details["workflow_id"] ?? "";
    const trigger = store.put(waiterTrigger("random-", random));
    await untilReason(store, trigger, "Started", "Running");
    const old = workflowId();
    store.put(waiterTrigger("random-", { ...random, jsonArguments: "[2]" }));
    await expect.poll(async () => trial.statesOf(old), patience).toEqual(["TERMINATED"]);
    await until(() => workflowId() !== old, "the ledger names the new id");
    await expect.poll(async () => trial.statesOf(workflowId()), patience).toEqual(["RUNNING"]);
    expect((await trial.client.workflow.getHandle(workflowId()).describe()).type).toBe("waiter");
  });

  test("of a cron chain that waits for its tick replaces it at once, under ABORT too", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("cron", { cronSchedule: "0 0 1 1 *" }));
    await untilReason(store, trigger, "Started", "Running");
    store.put(waiterTrigger("cron", { cronSchedule: "0 0 2 1 *" }));
    await expect.poll(async () => trial.statesOf("cron"), patience).toEqual(["TERMINATED", "RUNNING"]);
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
    await expect.poll(async () => trial.statesOf("again"), patience).toEqual(["FAILED", "RUNNING"]);
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
    await expect.poll(async () => trial.statesOf("not-again"), patience).toEqual(["FAILED"]);
  });
});

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
    await expect.poll(async () => trial.statesOf(value), patience).toEqual([left]);
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
    await expect.poll(async () => trial.statesOf("nothing"), patience).toEqual(["RUNNING"]);
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
    await expect.poll(async () => trial.statesOf("while-away"), patience).toEqual(["TERMINATED"]);
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
    await expect.poll(async () => trial.statesOf("successor"), patience).toEqual(["TERMINATED", "RUNNING"]);
  });

  test("after a crash between intent and ledger finds the run by its memo", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    store.fault = (method) => (method === "reportStatus" && store.reports.length > 0 ? status.UNAVAILABLE : undefined);
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("crash-drop", onDrop("ON_DROP_TERMINATE")));
    await expect.poll(async () => trial.statesOf("crash-drop"), patience).toEqual(["RUNNING"]);
    await first.stop();
    store.fault = () => undefined;
    store.drop(trigger.id);
    await trial.startWorker(store);
    await expect.poll(async () => trial.statesOf("crash-drop"), patience).toEqual(["TERMINATED"]);
  });
});

describe("a foreign workflow that holds the id", () => {
  test("is left alone: the status says Conflict and with whom; when it ends ours starts", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const foreign = await trial.client.workflow.start("waiter", { taskQueue, workflowId: "foreign" });
    const trigger = store.put(waiterTrigger("foreign", overlap));
    await untilReason(store, trigger, "Conflict", "ForeignWorkflow");
    expect(store.statuses.get(trigger.id)?.conditions.at(-1)?.message).toContain(foreign.firstExecutionRunId);
    await foreign.signal(end, "well");
    await expect.poll(async () => trial.statesOf("foreign"), patience).toEqual(["COMPLETED", "RUNNING"]);
    await untilReason(store, trigger, "Started", "Running");
    expect(store.reason(trigger.id, "Conflict")).toBeUndefined();
  });

  test("is replaced where the operator has allowed that, under OVERLAP", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store, { "worker.service.take.over": true });
    await trial.client.workflow.start("waiter", { taskQueue, workflowId: "taken-over" });
    store.put(waiterTrigger("taken-over", overlap));
    await expect.poll(async () => trial.statesOf("taken-over"), patience).toEqual(["TERMINATED", "RUNNING"]);
  });
});
