import { Gauge, type Registry } from "prom-client";
import type { FleetNode } from "./fleet.js";

/** How a node stands, in the words of metrics. */
const nodeStandings = ["current", "behind", "rejecting", "gone"] as const;
type NodeStanding = (typeof nodeStandings)[number];

/** Registers how many nodes there are, by how they stand. */
export function registerNodeGauge(registry: Registry, nodes: () => readonly FleetNode[]): void {
  const gauge = new Gauge({
    name: "protomesh_xds_nodes",
    help: "Nodes: current (they have everything), behind, rejecting (they refuse something), gone (less than envoy.xds.node.memory ago).",
    labelNames: ["standing"],
    registers: [],
    collect() {
      const standings = nodes().map(standingOf);
      for (const standing of nodeStandings) {
        this.set({ standing }, standings.filter((each) => each === standing).length);
      }
    },
  });
  registry.registerMetric(gauge);
}

/** How a node stands now: one that refuses something is not merely behind. */
function standingOf({ state, goneAtMs }: Pick<FleetNode, "state" | "goneAtMs">): NodeStanding {
  if (goneAtMs !== undefined) return "gone";
  if (state.isCurrent()) return "current";
  for (const { rejection } of state.lacks()) if (rejection !== undefined) return "rejecting";
  return "behind";
}
