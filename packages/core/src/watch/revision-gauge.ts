import { Gauge, type Registry } from "prom-client";

/**
 * Registers up to which revision of a namespace a component knows the declarations. Beside the store's own
 * `protomesh_store_head_revision` it tells who has fallen behind.
 * @param revision the newest one that is known; 0 before the first list
 */
export function registerRevisionGauge(registry: Registry, namespace: string, revision: () => bigint): void {
  const gauge = new Gauge({
    name: "protomesh_known_revision",
    help: "Newest revision of the namespace whose declarations are known here; 0 before the first list.",
    labelNames: ["namespace"],
    registers: [],
    collect() {
      this.set({ namespace }, Number(revision()));
    },
  });
  registry.registerMetric(gauge);
}
