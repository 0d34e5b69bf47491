import { until } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";
import { taskQueue } from "./testing/trial.js";
import { untilReason } from "./testing/until-reason.js";
import { onDrop, overlap, waiterTrigger } from "./testing/waiter-trigger.js";
import { end } from "./testing/workflows.js";

const opened = sharedTrial();

const terminating = onDrop("ON_DROP_TERMINATE");

describe("a foreign workflow", () => {
  test("that is adopted counts as this version's run, until a drop ends it", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const foreign = await trial.client.workflow.start("waiter", { taskQueue, workflowId: "adopted" });
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("adopted", { ifForeignAction: "IF_FOREIGN_ADOPT", ...terminating }));
    await until(() => store.reason(trigger.id, "Started") === "Running", "it counts");
    expect(store.statuses.get(trigger.id)?.details).toMatchObject({ first_run_id: foreign.firstExecutionRunId });
    await first.stop();
    store.drop(trigger.id);
    await trial.startWorker(store);
    await expect.poll(async () => trial.statesOf("adopted")).toEqual(["TERMINATED"]);
  });

  test("that was adopted and fails is followed by ours", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const foreign = await trial.client.workflow.start("waiter", { taskQueue, workflowId: "follows" });
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("follows", { ifForeignAction: "IF_FOREIGN_ADOPT" }));
    await until(() => store.reason(trigger.id, "Started") === "Running", "it counts");
    await foreign.signal(end, "badly");
    await expect.poll(async () => trial.statesOf("follows")).toEqual(["FAILED", "RUNNING"]);
  });

  test("is terminated where the trigger says so, under ABORT too", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.client.workflow.start("waiter", { taskQueue, workflowId: "replaced" });
    await trial.startWorker(store);
    store.put(waiterTrigger("replaced", { ifForeignAction: "IF_FOREIGN_TERMINATE" }));
    await expect.poll(async () => trial.statesOf("replaced")).toEqual(["TERMINATED", "RUNNING"]);
  });

  test("of another resource is left alone while that is declared, whatever the trigger says", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const one = store.put(waiterTrigger("shared-id"));
    await until(() => store.reason(one.id, "Started") === "Running", "the first is started");
    const two = store.put({
      ...waiterTrigger("shared-id", { ifForeignAction: "IF_FOREIGN_TERMINATE" }),
      id: "00000000-0000-4000-8000-000000000002",
    });
    await until(() => store.reason(two.id, "Conflict") === "ForeignWorkflow", "the second says Conflict");
    expect(await trial.statesOf("shared-id")).toEqual(["RUNNING"]);
    store.drop(one.id);
    await expect.poll(async () => trial.statesOf("shared-id")).toEqual(["TERMINATED", "RUNNING"]);
  });
});

describe("a foreign workflow, where nothing is said of such,", () => {
  test("is left alone: the status says Conflict and with whom; when it ends ours starts", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const foreign = await trial.client.workflow.start("waiter", { taskQueue, workflowId: "foreign" });
    const trigger = store.put(waiterTrigger("foreign", overlap));
    await untilReason(store, trigger, "Conflict", "ForeignWorkflow");
    expect(store.statuses.get(trigger.id)?.conditions.at(-1)?.message).toContain(foreign.firstExecutionRunId);
    await foreign.signal(end, "well");
    await expect.poll(async () => trial.statesOf("foreign")).toEqual(["COMPLETED", "RUNNING"]);
    await untilReason(store, trigger, "Started", "Running");
    expect(store.reason(trigger.id, "Conflict")).toBeUndefined();
  });

  test("is replaced where the operator has allowed that, under OVERLAP", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store, { "worker.service.take.over": true });
    await trial.client.workflow.start("waiter", { taskQueue, workflowId: "taken-over" });
    store.put(waiterTrigger("taken-over", overlap));
    await expect.poll(async () => trial.statesOf("taken-over")).toEqual(["TERMINATED", "RUNNING"]);
  });
});
