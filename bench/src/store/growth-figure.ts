import { whole, type Figure } from "./figure.js";
import { runLoad } from "./load.js";
import { measured } from "./shares.js";
import type { StoreStage } from "./store-stage.js";

const sizes = [100, 10_000, 100_000] as const;
/** Beyond it, the cost is not called flat: what is measured twice differs by as much. */
const tolerance = 1.25;

/** What a Put costs in namespaces of different sizes. */
export async function growthFigure(stage: StoreStage): Promise<Figure> {
  const costs: number[] = [];
  for (const resources of sizes) {
    stage.say(`growth: ${whole(resources)} resources`);
    const namespace = `growth-${resources}`;
    await runLoad(stage.load, "fill", { store: stage.address, namespace, resources, batch: 1_000 });
    // The writes go to resources all over the namespace, as many as there are.
    const flags = { store: stage.address, namespace, resources, clients: 16, connections: 4 };
    await runLoad(stage.load, "put", { ...flags, duration: "1s" });
    const { seen, storeSeconds, databaseSeconds } = await measured(stage.pids, async () =>
      runLoad(stage.load, "put", { ...flags, duration: "4s" }),
    );
    costs.push(((storeSeconds + databaseSeconds) / seen.count) * 1_000_000);
  }
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
