import { Gauge, type Registry } from "prom-client";
import { partStates, type ReadinessBoard } from "./readiness.js";

/** Registers how each part of a program stands: 1 for the state that it is in, 0 for the others. */
export function registerPartGauge(registry: Registry, board: ReadinessBoard): void {
  const gauge = new Gauge({
    name: "protomesh_part_state",
    help: "How the parts of the program stand: ready, degraded (it serves on by what it knows), not_ready.",
    labelNames: ["part", "state"],
    registers: [],
    collect() {
      for (const [part, state] of board.states) {
        for (const each of partStates) this.set({ part, state: each }, each === state ? 1 : 0);
      }
    },
  });
  registry.registerMetric(gauge);
}
