import { distributionOf } from "../distribution.js";
import { put } from "../path/put.js";
import type { Stage } from "../stage.js";
import { ms, whole, type Figure } from "../store/figure.js";
import { processorSeconds } from "../store/processor-time.js";
import { forgetPeak, peakResidentKib, residentKib } from "../store/resident-memory.js";
import { declareAll, ingress, instances, route, serviceWithInstances } from "./declared.js";
import { nowMs, startNodes, type Nodes } from "./nodes.js";
import { settled } from "./settled.js";

const clients = 1_000;
const connections = 10;
const changes = 50;
/** So that an assignment has 2 KB. */
const endpointsOfChange = 80;

/** What a thousand nodes cost: one change to all, each of them while idle, and all that come back after a restart. */
export async function fleetFigures(
  stage: Stage,
  load: string,
  ingressPort: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const { store, places } = stage;
  const services = Array.from({ length: 10 }, (_, number) => `service-${number}`);
  await declareAll(store, [
    ingress("public", ingressPort),
    ...services.flatMap((name) => [
      ...serviceWithInstances(name, 20_000),
      route("public", `${name}.example.com`, name),
    ]),
  ]);
  await put(store, instances("service-0", 20_000, endpointsOfChange));
  const options = { load, address: places.xds, connections };
  // What the first nodes leave behind belongs to the server and not to a node.
  const few = await startNodes({ ...options, clients: 100, first: clients });
  const pid = (): number => stage.pids.xds ?? 0;
  const before = await residentKib(pid());
  say(`${clients} nodes`);
  const nodes = await startNodes({ ...options, clients });
  try {
    const memory = ((await residentKib(pid())) - before) / clients;
    await few.stop();
    await settled(stage);
    const change = await changeFigures(stage, nodes);
    say(`${clients} nodes come back after a restart`);
    const resync = await resyncFigure(stage, nodes);
    return [
      ...change,
      {
        what: `memory of a node on delta ADS, ${connections} connections`,
        goal: "≤ 50 KiB",
        got: `${memory.toFixed(1)} KiB`,
        met: memory <= 50,
        beside: `${whole(clients)} of them, uncollected garbage of their first sync included`,
        limit: "",
      },
      resync,
    ];
  } finally {
    await nodes.stop();
  }
}

async function changeFigures({ store, pids }: Stage, nodes: Nodes): Promise<Figure[]> {
  const times: number[] = [];
  let bytes = 0;
  const before = await processorSeconds(pids.xds ?? 0);
  for (let change = 0; change < changes; change++) {
    const { revision } = await put(store, instances("service-0", 21_000 + change, endpointsOfChange));
    const ackedAt = nowMs();
    const push = await nodes.accepted("ClusterLoadAssignment", revision);
    times.push(push.lastAt - ackedAt);
    bytes = push.bytes / clients;
  }
  const micros = (((await processorSeconds(pids.xds ?? 0)) - before) * 1e6) / changes / clients;
  const { p50, p99 } = distributionOf(times);
  return [
    {
      what: `one change of ${(bytes / 1_000).toFixed(1)} KB to ${whole(clients)} nodes: all have accepted it`,
      goal: "p50 ≤ 150 ms",
      got: `p50 ${ms(p50)}, p99 ${ms(p99)}`,
      met: p50 <= 150,
      beside: `${changes} changes, one at a time; the nodes are played by bench/load on the same processors`,
      limit: "",
    },
    {
      what: "CPU of the xDS server for that, each node",
      goal: "≤ 120 µs",
      got: `${micros.toFixed(0)} µs`,
      met: micros <= 120,
      beside: "the watch, the push, the answer and the statuses",
      limit: "",
    },
  ];
}

async function resyncFigure(stage: Stage, nodes: Nodes): Promise<Figure> {
  const pid = await stage.restart("xds");
  const readyAt = nowMs();
  await forgetPeak(pid);
  const syncedAt = await nodes.synced(2);
  const peakMib = (await peakResidentKib(pid)) / 1_024;
  return {
    what: `${whole(clients)} nodes come back after a restart, with nothing in hand`,
    goal: "",
    got: `${((syncedAt - readyAt) / 1_000).toFixed(2)} s after it is ready, at most ${peakMib.toFixed(0)} MiB`,
    met: undefined,
    beside: `${whole((await residentKib(pid)) / 1_024)} MiB afterwards; a lost connection is dialled again after 1 s and more`,
    limit: "",
  };
}
