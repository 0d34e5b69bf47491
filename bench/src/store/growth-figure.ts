import { whole, type Figure } from "./figure.js";
import { runLoad } from "./load.js";
import { measured } from "./shares.js";
import type { StoreStage } from "./store-stage.js";
import { medianOf } from "./write-figures.js";

const sizes = [100, 10_000, 100_000] as const;
/** The sizes take turns, so that a machine that becomes faster or slower meanwhile does so for all of them. */
const turns = 3;
/** Beyond it, the cost is not called flat: what is measured twice differs by as much. */
const tolerance = 1.25;

/** What a Put costs in namespaces of different sizes. */
export async function growthFigure(stage: StoreStage): Promise<Figure> {
  const namespaceOf = (resources: number): string => `growth-${resources}`;
  for (const resources of sizes) {
    stage.say(`growth: ${whole(resources)} resources`);
    const namespace = namespaceOf(resources);
    await runLoad(stage.load, "fill", { store: stage.address, namespace, resources, batch: 1_000 });
    await cost(stage, namespace, resources, "1s");
  }
  const all: { resources: number; micros: number }[] = [];
  for (let turn = 0; turn < turns; turn++) {
    for (const resources of sizes) {
      all.push({ resources, micros: await cost(stage, namespaceOf(resources), resources, "2s") });
    }
  }
  const costs = sizes.map(
    (size) =>
      medianOf(
        all.filter(({ resources }) => resources === size),
        ({ micros }) => micros,
      ).micros,
  );
  const ratio = Math.max(...costs) / Math.min(...costs);
  return {
    what: `CPU of a Put among ${sizes.map(whole).join(" / ")} resources, 16 clients`,
    goal: "flat",
    got: `${costs.map(whole).join(" / ")} µs`,
    met: ratio <= tolerance,
    beside: `largest ${ratio.toFixed(2)} × the smallest`,
    limit: "",
  };
}

/** Of a Put, store and database together, in microseconds. The writes go to resources all over the namespace. */
async function cost(stage: StoreStage, namespace: string, resources: number, duration: string): Promise<number> {
  const flags = { store: stage.address, namespace, resources, clients: 16, connections: 4, duration };
  const { seen, storeSeconds, databaseSeconds } = await measured(stage.pids, async () =>
    runLoad(stage.load, "put", flags),
  );
  return ((storeSeconds + databaseSeconds) / seen.count) * 1_000_000;
}
