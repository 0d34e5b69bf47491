import { expect, test } from "vitest";
import { callEdges, isScheduled, metAt, prepare, untilDone } from "./testing/scenarios.js";
import { sharedTrial } from "./testing/shared-trial.js";

const opened = sharedTrial();

test.each(callEdges)(
  "a worker killed in a $scenario.title, $when $method $nth, leaves to the next what is left to do and no more",
  async (edge) => {
    const trial = await opened();
    const { scenario, when, method, nth } = edge;
    const store = await trial.openStore();
    const name = `killed ${scenario.title} ${when} ${method} ${nth}`.replaceAll(" ", "-");
    const resource = await prepare(trial, store, name, scenario);
    const storeProxy = await trial.openProxy(() => store.address);
    const temporalProxy = await trial.openProxy(() => trial.temporalAddress);
    const held = metAt(edge, "hold", [storeProxy, temporalProxy]);
    const doomed = trial.startWorkerProcess(storeProxy.address, temporalProxy.address);
    await held;
    await doomed.kill();

    const next = await trial.startWorker(store);
    await untilDone(store, resource, scenario);
    await expect.poll(async () => trial.statesOf(name)).toEqual(scenario.runs);
    expect(await isScheduled(trial, name)).toBe(scenario.reason === "Scheduled");
    await next.stop();
  },
);
