import { ms, whole, type Figure } from "./figure.js";
import { runLoad, type LoadFlags, type Seen } from "./load.js";
import { limitOf, measured, type Measured } from "./shares.js";
import type { StoreStage } from "./store-stage.js";

const namespace = "writes";
const goals = [
  { clients: 64, perSecond: 5_000, p50: 12 },
  { clients: 16, perSecond: 2_500, p50: undefined },
  { clients: 1, perSecond: 500, p50: 1.7 },
] as const;
const repetitions = 3;

/** Throughput, latency and cost of writes. */
export async function writeFigures(stage: StoreStage): Promise<Figure[]> {
  const figures: Figure[] = [];
  await puts(stage, 64, "2s");
  for (const { clients, perSecond, p50 } of goals) {
    stage.say(`Put by ${clients} clients`);
    const runs: Measured<Seen<"put">>[] = [];
    const peers: number[] = [];
    for (let turn = 0; turn < repetitions; turn++) {
      runs.push(await puts(stage, clients, "3s"));
      if (stage.etcd !== undefined) peers.push(rateOf(await etcdPuts(stage.load, stage.etcd, clients)));
    }
    const run = medianOf(runs, ({ seen }) => rateOf(seen));
    const rate = rateOf(run.seen);
    figures.push({
      what: `Put, ${clients} ${clients === 1 ? "client" : "clients"}`,
      goal: `≥ ${whole(perSecond)}/s`,
      got: `${whole(rate)}/s`,
      met: rate >= perSecond,
      beside:
        peers.length === 0
          ? ""
          : besideEtcd(
              rate,
              medianOf(peers, (peer) => peer),
            ),
      limit: limitOf(run.shares),
    });
    if (p50 !== undefined) {
      figures.push({
        what: `Put latency, ${clients} ${clients === 1 ? "client" : "clients"}`,
        goal: `p50 ≤ ${p50} ms`,
        got: ms(run.seen.p50),
        met: run.seen.p50 <= p50,
        beside: `p99 ${ms(run.seen.p99)}`,
        limit: "",
      });
    }
    if (clients === 64) figures.push(processorFigure(runs));
  }
  figures.push(await applyFigure(stage));
  return figures;
}

async function puts(stage: StoreStage, clients: number, duration: string): Promise<Measured<Seen<"put">>> {
  return measured(stage.pids, async () => runLoad(stage.load, "put", putFlags(stage.address, clients, duration)));
}

async function etcdPuts(load: string, address: string, clients: number): Promise<Seen<"put">> {
  return runLoad(load, "put", { ...putFlags(address, clients, "3s"), api: "etcd" });
}

function putFlags(store: string, clients: number, duration: string): LoadFlags {
  return { store, namespace, clients, duration, connections: Math.min(4, clients), resources: 1_024 };
}

function besideEtcd(rate: number, etcd: number): string {
  return `etcd ${whole(etcd)}/s: ${(rate / etcd).toFixed(2)} of it`;
}

/** Processor time does not depend on what else the machine does, but for its caches. */
function processorFigure(runs: readonly Measured<Seen<"put">>[]): Figure {
  const per = (seconds: number, { seen }: Measured<Seen<"put">>): number => (seconds / seen.count) * 1_000;
  const store = medianOf(
    runs.map((run) => per(run.storeSeconds, run)),
    (value) => value,
  );
  const database = medianOf(
    runs.map((run) => per(run.databaseSeconds, run)),
    (value) => value,
  );
  return {
    what: "CPU per 1,000 Puts, 64 clients",
    goal: "≤ 0.2 s, PostgreSQL ≤ 0.06 s",
    got: `${(store + database).toFixed(3)} s, PostgreSQL ${database.toFixed(3)} s`,
    met: store + database <= 0.2 && database <= 0.06,
    beside: `the store itself ${store.toFixed(3)} s`,
    limit: "",
  };
}

async function applyFigure(stage: StoreStage): Promise<Figure> {
  stage.say("Apply of 100 resources");
  const { seen, shares } = await measured(stage.pids, async () =>
    runLoad(stage.load, "apply", {
      store: stage.address,
      namespace: "applies",
      clients: 4,
      connections: 4,
      duration: "4s",
    }),
  );
  return {
    what: "Apply of 100 resources, 4 clients",
    goal: "≥ 15,000 resources/s",
    got: `${whole(rateOf(seen))}/s`,
    met: rateOf(seen) >= 15_000,
    beside: `p50 ${ms(seen.p50)}`,
    limit: limitOf(shares),
  };
}

function rateOf({ count, seconds }: { readonly count: number; readonly seconds: number }): number {
  return count / seconds;
}

/** The one in the middle; of an even number, the upper one. @throws RangeError for none */
export function medianOf<T>(all: readonly T[], value: (one: T) => number): T {
  const middle = all.toSorted((a, b) => value(a) - value(b)).at(all.length >> 1);
  if (middle === undefined) throw new RangeError("the median of nothing");
  return middle;
}
