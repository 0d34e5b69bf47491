import { startChild } from "@protomesh/local";
import type { Figure } from "./figure.js";
import { argumentsOf } from "./load.js";
import { residentKib } from "./resident-memory.js";
import type { StoreStage } from "./store-stage.js";
import { startStore } from "./stores.js";

const watchers = 1_000;

/** What a watcher that gets nothing takes of the store's memory. */
export async function memoryFigures(stage: StoreStage): Promise<Figure[]> {
  stage.say("memory of idle watchers");
  return [
    await memoryFigure(stage, "on 10 connections", 10, 20),
    await memoryFigure(stage, "each on its own", watchers, 40),
  ];
}

/** In a store of its own: what another load had left behind would hide it. */
async function memoryFigure(stage: StoreStage, how: string, connections: number, goalKib: number): Promise<Figure> {
  const store = await startStore(stage.dsn);
  try {
    await whileIdle(stage.load, store.address, 100, 10, async () => residentKib(store.pid));
    const before = await residentKib(store.pid);
    const during = await whileIdle(stage.load, store.address, watchers, connections, async () =>
      residentKib(store.pid),
    );
    const each = (during - before) / watchers;
    return {
      what: `memory of an idle watcher, ${how}`,
      goal: `≤ ${goalKib} KiB`,
      got: `${each.toFixed(1)} KiB`,
      met: each <= goalKib,
      beside: `${watchers} of them, uncollected garbage included`,
      limit: "",
    };
  } finally {
    await store.stop();
  }
}

async function whileIdle<T>(
  load: string,
  address: string,
  count: number,
  connections: number,
  work: () => Promise<T>,
): Promise<T> {
  const child = await startChild({
    name: "load idle",
    command: load,
    args: ["idle", ...argumentsOf({ "watch-at": address, namespace: "idle", watchers: count, connections })],
    ready: { line: /^ready$/ },
  });
  try {
    return await work();
  } finally {
    await child.stop();
  }
}
