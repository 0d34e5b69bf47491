import { Gauge, type Registry } from "prom-client";
import { conflictsOf, type Model } from "./model.js";

/** Registers how many policies there are, by whether they serve; `model` is what is known now. */
export function registerPolicyGauge(registry: Registry, model: () => Model): void {
  const gauge = new Gauge({
    name: "protomesh_gateway_policies",
    help: "Policies by how they stand: serving, conflict (an older one has the match), invalid (cannot be served).",
    labelNames: ["standing"],
    registers: [],
    collect() {
      const known = model();
      const conflicts = conflictsOf(known).length;
      this.set({ standing: "serving" }, known.policies.size - conflicts);
      this.set({ standing: "conflict" }, conflicts);
      this.set({ standing: "invalid" }, known.invalid.size);
    },
  });
  registry.registerMetric(gauge);
}
