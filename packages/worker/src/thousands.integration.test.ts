import { processTrigger, until } from "@protomesh/testing";
import { expect, test } from "vitest";
import { sharedTrial } from "./testing/shared-trial.js";
import { taskQueue } from "./testing/trial.js";

const opened = sharedTrial();

const count = 2_000;
const settings = { "worker.service.sync.interval": 60_000 };

test(
  "thousands of triggers: each runs once, another worker finds nothing to do, and all drops are honoured",
  {
    timeout: 480_000,
  },
  async () => {
    const trial = await opened();
    const { workflow } = trial.client;
    const store = await trial.openStore();
    const triggers = Array.from({ length: count }, (_, n) =>
      processTrigger({
        name: `many-${n}`,
        spec: {
          name: "nobody",
          taskQueue: `${taskQueue}-nobody`,
          idPrefix: `many-${n}`,
          onDrop: { $case: "onDropAction", value: "ON_DROP_TERMINATE" },
        },
      }),
    );
    for (const trigger of triggers) store.put(trigger);
    const first = await trial.startWorker(store, settings);
    const running = () => triggers.filter(({ id }) => store.reason(id, "Started") === "Running").length;
    await until(() => running() === count, "all run", { patienceMs: 200_000, last: () => `${running()} run` });
    const open = 'WorkflowType = "nobody" AND ExecutionStatus = "Running"';
    await until(async () => (await workflow.count(open)).count === count, "all are listed");
    expect((await workflow.count('WorkflowType = "nobody"')).count).toBe(count);

    const reports = store.reports.length;
    await first.stop();
    const second = await trial.startWorker(store, settings);
    const marker = store.put(processTrigger({ name: "marker", spec: { name: "waiter", taskQueue } }));
    await until(() => store.reason(marker.id, "Started") === "Running", "the second worker has come so far");
    expect(store.reports.slice(reports).filter(({ resourceId }) => resourceId !== marker.id)).toEqual([]);
    expect((await workflow.count('WorkflowType = "nobody"')).count).toBe(count);
    await second.stop();

    for (const { id } of triggers) store.drop(id);
    await trial.startWorker(store, settings);
    await until(() => store.statuses.size === 1, "all drops are done", {
      patienceMs: 200_000,
      last: () => `${store.statuses.size} left`,
    });
    await until(async () => (await workflow.count(open)).count === 0, "no run is open");
  },
);
