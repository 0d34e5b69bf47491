import protos from "@temporalio/proto";
import { Client } from "@temporalio/client";
import { until } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";
import { onDrop, waiterTrigger, type TriggerSpec } from "./testing/waiter-trigger.js";
import { end } from "./testing/workflows.js";

const opened = sharedTrial({ namespaces: ["other"] });

const terminating = onDrop("ON_DROP_TERMINATE");

describe("a Temporal namespace", () => {
  test("is where the workflow runs, and where a drop ends it", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("elsewhere", { temporalNamespace: "other", ...terminating }));
    await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
    expect(store.statuses.get(trigger.id)?.details).toMatchObject({ temporal_namespace: "other" });
    const { workflow } = new Client({ connection: trial.connection, namespace: "other" });
    expect((await workflow.getHandle("elsewhere").describe()).status.name).toBe("RUNNING");
    store.drop(trigger.id);
    await until(() => !store.statuses.has(trigger.id), "the ledger has forgotten it");
    expect((await workflow.getHandle("elsewhere").describe()).status.name).toBe("TERMINATED");
    expect(await trial.runsOf("elsewhere")).toEqual([]);
  });

  test("that is another one than before is another place: the old run gets its on_drop", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("mover", terminating));
    await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
    store.put(waiterTrigger("mover", { ...terminating, temporalNamespace: "other" }));
    await expect.poll(async () => trial.statesOf("mover")).toEqual(["TERMINATED"]);
    const { workflow } = new Client({ connection: trial.connection, namespace: "other" });
    await until(async () => (await workflow.getHandle("mover").describe()).status.name === "RUNNING", "it has moved");
  });

  test("that is not there is told by the status; once it is created the workflow starts", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("nowhere", { temporalNamespace: "yet-to-come" }));
    await until(() => store.reason(trigger.id, "Accepted") === "Refused", "the status says so");
    expect(store.statuses.get(trigger.id)?.conditions[0]?.message).toContain("yet-to-come");
    const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
    await trial.connection.workflowService.registerNamespace({
      namespace: "yet-to-come",
      workflowExecutionRetentionPeriod,
    });
    await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  });
});

test("memo and search attributes stand on the workflow", async () => {
  const trial = await opened();
  const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_INT, INDEXED_VALUE_TYPE_KEYWORD_LIST } =
    protos.temporal.api.enums.v1.IndexedValueType;
  await trial.connection.operatorService.addSearchAttributes({
    namespace: "default",
    searchAttributes: {
      Team: INDEXED_VALUE_TYPE_KEYWORD,
      Rank: INDEXED_VALUE_TYPE_INT,
      Tags: INDEXED_VALUE_TYPE_KEYWORD_LIST,
    },
  });
  const store = await trial.openStore();
  await trial.startWorker(store);
  const trigger = store.put(
    waiterTrigger("attributed", {
      jsonMemo: '{"about": {"cost": 1.5}}',
      jsonSearchAttributes: '{"Team": "billing", "Rank": 7, "Tags": ["a", "b"]}',
    }),
  );
  await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
  const { memo } = await trial.client.workflow.getHandle("attributed").describe();
  expect(memo).toMatchObject({ about: { cost: 1.5 }, "protomesh.resource_id": trigger.id });
  const query = 'Team = "billing" AND Rank = 7 AND Tags = "b"';
  await until(async () => (await trial.client.workflow.count(query)).count === 1, "the workflow is found by them");
});

test("a search attribute that the namespace does not know is refused", async () => {
  const trial = await opened();
  const store = await trial.openStore();
  await trial.startWorker(store);
  const trigger = store.put(waiterTrigger("unknown-attribute", { jsonSearchAttributes: '{"Nobody": 1}' }));
  await until(() => store.reason(trigger.id, "Accepted") === "Refused", "the status says so");
  expect(store.statuses.get(trigger.id)?.conditions[0]?.message).toContain("Nobody");
});

describe("a signal on updates", () => {
  const told: TriggerSpec = { signalOnUpdate: "configure" };

  test("gives new arguments to the run, which then is the new version's", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    const first = await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("told", { ...told, jsonArguments: '["old"]' }));
    await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
    const { version } = store.put(waiterTrigger("told", { ...told, jsonArguments: '["new", {"a": 1}]' }));
    await until(
      () => store.statuses.get(trigger.id)?.observedIndex === version?.index,
      "the new version is carried out",
    );
    await until(() => store.reason(trigger.id, "Started") === "Running", "the run is of the new version");
    await first.stop();
    await trial.startWorker(store);
    await trial.client.workflow.getHandle("told").signal(end, "well");
    await until(() => store.reason(trigger.id, "Started") === "Completed", "the run has ended");
    expect(await trial.client.workflow.result("told")).toEqual(["new", { a: 1 }]);
    expect(await trial.runsOf("told")).toHaveLength(1);
  });

  test("is no way to change anything else", async () => {
    const trial = await opened();
    const store = await trial.openStore();
    await trial.startWorker(store);
    const trigger = store.put(waiterTrigger("not-told", told));
    await until(() => store.reason(trigger.id, "Started") === "Running", "the workflow is started");
    store.put(waiterTrigger("not-told", { ...told, runTimeout: { seconds: 600n, nanos: 0 } }));
    await until(() => store.reason(trigger.id, "Started") === "Stale", "it waits for the end of the run");
    expect(await trial.statesOf("not-told")).toEqual(["RUNNING"]);
  });
});
