import { until } from "@protomesh/testing/until";
import { distributionOf, type Distribution } from "../distribution.js";
import { put } from "../path/put.js";
import { lastingTrigger } from "./triggers.js";
import type { WorkerStage } from "./worker-stage.js";

/** From the acknowledgement of a Put to the moment at which Temporal says that the workflow began, one after the other. */
export async function startLatency({ store, temporal }: WorkerStage, repetitions: number): Promise<Distribution> {
  const samples: number[] = [];
  for (let n = 0; n < repetitions; n++) {
    const name = `latency-${n}`;
    const { ackedAt } = await put(store, lastingTrigger(name));
    const run = await until(async () => temporal.workflow.getHandle(name).describe(), `${name} is started`);
    samples.push(run.startTime.getTime() - (performance.timeOrigin + ackedAt));
  }
  return distributionOf(samples);
}
