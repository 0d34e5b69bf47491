import { ms, whole, type Figure } from "./figure.js";
import { runLoad, type LoadFlags, type Seen } from "./load.js";
import { residentKib } from "./resident-memory.js";
import { limitOf, measured, type Measured } from "./shares.js";
import type { StoreStage } from "./store-stage.js";
import { startStore } from "./stores.js";
import { medianOf } from "./write-figures.js";

interface Scene {
  readonly what: string;
  readonly p50: number;
  readonly p99: number | undefined;
  readonly flags: LoadFlags;
}

const scenes: readonly Scene[] = [
  { what: "one watcher, 500 writes/s", p50: 1, p99: 10, flags: { rate: 500 } },
  { what: "100 watchers, 50 writes/s", p50: 1, p99: undefined, flags: { rate: 50, watchers: 100, connections: 10 } },
];
const crowd = { watchers: 1_000, connections: 10 };

/** From a write's acknowledgement to its events, and what watchers cost. */
export async function watchFigures(stage: StoreStage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, p50, p99, flags } of scenes) {
    stage.say(what);
    figures.push(latencyFigure(what, p50, p99, await watch(stage, flags)));
  }
  figures.push(await acrossStores(stage));
  stage.say("1,000 watchers");
  const pairs: Pair[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const short = await watch(stage, { ...crowd, rate: 50, duration: "2s" });
    pairs.push({ short, long: await watch(stage, { ...crowd, rate: 50, duration: "6s" }) });
  }
  const middle = medianOf(pairs, deliveryMicros);
  figures.push(
    latencyFigure("1,000 watchers on 10 connections, 50 writes/s", 15, 100, middle.long),
    deliveryCost(deliveryMicros(middle)),
  );
  figures.push(mergedFigure(await watch(stage, { ...crowd, rate: 500 })));
  figures.push(await stoppedFigure(stage));
  return figures;
}

async function watch(stage: StoreStage, flags: LoadFlags): Promise<Measured<Seen<"watch">>> {
  const defaults = { store: stage.address, namespace: "watches", duration: "4s" };
  return measured(stage.pids, async () => runLoad(stage.load, "watch", { ...defaults, ...flags }));
}

function latencyFigure(
  what: string,
  p50: number,
  p99: number | undefined,
  { seen, shares }: Measured<Seen<"watch">>,
): Figure {
  return {
    what: `Put ack → event: ${what}`,
    goal: `p50 ≤ ${p50} ms${p99 === undefined ? "" : `, p99 ≤ ${p99} ms`}, none missed`,
    got: `p50 ${ms(seen.p50)}, p99 ${ms(seen.p99)}`,
    met: seen.p50 <= p50 && seen.p99 <= (p99 ?? Infinity) && seen.missed === 0,
    beside: `${whole(seen.deliveries)} events, ${seen.missed} missed`,
    limit: limitOf(shares),
  };
}

async function acrossStores(stage: StoreStage): Promise<Figure> {
  stage.say("across two stores");
  const other = await startStore(stage.dsn);
  try {
    return latencyFigure(
      "across two stores, 500 writes/s",
      4,
      15,
      await watch(stage, { "watch-at": other.address, rate: 500 }),
    );
  } finally {
    await other.stop();
  }
}

/** Two runs that differ only in how long they took. */
interface Pair {
  readonly short: Measured<Seen<"watch">>;
  readonly long: Measured<Seen<"watch">>;
}

/** Of what the longer run had more than the shorter: opening the watches is no part of it, the writes are. */
function deliveryMicros({ short, long }: Pair): number {
  const seconds = long.storeSeconds - short.storeSeconds;
  return (seconds / (long.seen.deliveries - short.seen.deliveries)) * 1_000_000;
}

function deliveryCost(micros: number): Figure {
  return {
    what: "CPU of the store per delivery: 1,000 watchers, 50 writes/s",
    goal: "≤ 12 µs",
    got: `${micros.toFixed(1)} µs`,
    met: micros <= 12,
    beside: "the Puts included; median of three",
    limit: "",
  };
}

function mergedFigure({ seen, shares }: Measured<Seen<"watch">>): Figure {
  const rate = seen.deliveries / seen.seconds;
  return {
    what: "1,000 watchers on 10 connections, 500 writes/s",
    goal: "≥ 300,000 deliveries/s, none missed",
    got: `${whole(rate)}/s`,
    met: rate >= 300_000 && seen.missed === 0,
    beside: `p50 ${ms(seen.p50)}, p99 ${ms(seen.p99)}, ${seen.missed} missed`,
    limit: limitOf(shares),
  };
}

async function stoppedFigure(stage: StoreStage): Promise<Figure> {
  stage.say("stopped consumers");
  const flags = { rate: 200, watchers: 100, connections: 10 };
  const without = await watch(stage, flags);
  const before = await residentKib(stage.pids.store);
  const { seen, shares } = await watch(stage, { ...flags, stopped: 10 });
  const grownMib = ((await residentKib(stage.pids.store)) - before) / 1_024;
  return {
    what: "10 stopped consumers beside 100 watchers, 200 writes/s",
    goal: "no effect on the others; bounded memory",
    got: `p50 ${ms(seen.p50)}, memory ${grownMib.toFixed(0)} MiB more`,
    met: seen.missed === 0 && seen.p50 <= without.seen.p50 * 1.5 + 1 && grownMib <= 32,
    beside: `without them p50 ${ms(without.seen.p50)}`,
    limit: limitOf(shares),
  };
}
