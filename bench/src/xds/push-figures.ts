import { distributionOf, type Distribution } from "../distribution.js";
import { put } from "../path/put.js";
import type { Stage } from "../stage.js";
import { ms, whole, type Figure } from "../store/figure.js";
import { processorSeconds } from "../store/processor-time.js";
import { declareAll, instances, serviceWithInstances } from "./declared.js";
import { nowMs, startNodes } from "./nodes.js";
import { settled } from "./settled.js";

const clustersOf = { few: 10, many: 1_000 } as const;
const endpointsOfCluster = 10;
const changes = 300;

interface Pushes {
  readonly times: Distribution;
  readonly bytes: number;
  /** Of the xDS server's processor, in microseconds each. */
  readonly processorMicros: number;
}

/** What one endpoint's change costs among few clusters and among many. */
export async function pushFigures(stage: Stage, load: string, say: (line: string) => void): Promise<Figure[]> {
  say(`endpoints in ${clustersOf.few} clusters`);
  const few = await pushes(stage, load, 0, clustersOf.few);
  say(`endpoints in ${clustersOf.many} clusters`);
  const many = await pushes(stage, load, clustersOf.few, clustersOf.many);
  const what = `${whole(clustersOf.many * endpointsOfCluster)} endpoints in ${whole(clustersOf.many)} clusters`;
  const { p50, p99 } = many.times;
  return [
    {
      what: `${what}: one endpoint's change → its push`,
      goal: "p50 ≤ 20 ms, independent of unrelated clusters",
      got: `p50 ${ms(p50)}, p99 ${ms(p99)}`,
      met: p50 <= 20 && p50 <= 1.5 * few.times.p50 + 1,
      beside: `among ${clustersOf.few} clusters p50 ${ms(few.times.p50)}, p99 ${ms(few.times.p99)}`,
      limit: "",
    },
    {
      what: `${what}: bytes of that push`,
      goal: "only what changed",
      got: `${whole(many.bytes)} B`,
      met: many.bytes <= 1.1 * few.bytes + 10,
      beside: `among ${clustersOf.few} clusters ${whole(few.bytes)} B; one cluster has ${endpointsOfCluster} endpoints`,
      limit: "",
    },
    {
      what: `${what}: CPU of the xDS server for that push`,
      goal: "independent of unrelated clusters",
      got: `${whole(many.processorMicros)} µs`,
      met: many.processorMicros <= 2 * few.processorMicros,
      beside: `among ${clustersOf.few} clusters ${whole(few.processorMicros)} µs; with Envoy and one node, the watch and the statuses`,
      limit: "",
    },
  ];
}

async function pushes(stage: Stage, load: string, from: number, to: number): Promise<Pushes> {
  const { store, places, pids } = stage;
  const names = Array.from({ length: to }, (_, number) => `cluster-${number}`);
  await declareAll(
    store,
    names.slice(from).flatMap((name) => serviceWithInstances(name, 20_000, endpointsOfCluster)),
  );
  const nodes = await startNodes({ load, address: places.xds, clients: 1, connections: 1, first: to });
  try {
    await settled(stage);
    const times: number[] = [];
    let bytes = 0;
    const before = await processorSeconds(pids.xds ?? 0);
    for (let change = 0; change < changes; change++) {
      const name = `cluster-${change % to}`;
      const { revision } = await put(store, instances(name, 21_000 + change, endpointsOfCluster));
      const ackedAt = nowMs();
      const push = await nodes.accepted("ClusterLoadAssignment", revision);
      times.push(push.firstAt - ackedAt);
      bytes = push.bytes;
    }
    const processorMicros = (((await processorSeconds(pids.xds ?? 0)) - before) * 1e6) / changes;
    return { times: distributionOf(times), bytes, processorMicros };
  } finally {
    await nodes.stop();
  }
}
