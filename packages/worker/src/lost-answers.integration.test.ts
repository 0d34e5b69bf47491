import { expect, test } from "vitest";
import { callEdges, isScheduled, metAt, prepare, untilDone } from "./testing/scenarios.js";
import { sharedTrial } from "./testing/shared-trial.js";

const opened = sharedTrial();

test.each(callEdges)(
  "a connection that breaks in a $scenario.title, $when $method $nth, neither stops nor doubles it",
  async (edge) => {
    const trial = await opened();
    const { scenario, when, method, nth } = edge;
    const store = await trial.openStore();
    const name = `cut ${scenario.title} ${when} ${method} ${nth}`.replaceAll(" ", "-");
    const resource = await prepare(trial, store, name, scenario);
    const storeProxy = await trial.openProxy(() => store.address);
    const temporalProxy = await trial.openProxy(() => trial.temporalAddress);
    const cut = metAt(edge, "cut", [storeProxy, temporalProxy]);
    const worker = await trial.startUnreadyWorker(store, {
      "worker.resource.store.server.address": storeProxy.address,
      "temporal.address": temporalProxy.address,
    });
    await cut;
    await untilDone(store, resource, scenario);
    await expect.poll(async () => trial.statesOf(name)).toEqual(scenario.runs);
    expect(await isScheduled(trial, name)).toBe(scenario.reason === "Scheduled");
    // What was intended stays written down, however the call after it goes.
    const isForgotten = store.reports.some(
      ({ resourceId, details }) => resourceId === resource.id && !details["phase"],
    );
    expect(isForgotten).toBe(scenario.after === undefined);
    await worker.stop();
  },
);
