import { portOf } from "@protomesh/local";
import { declaredPath } from "../path/declared.js";
import { envoyLatency } from "../path/envoy-latency.js";
import { put } from "../path/put.js";
import type { Stage } from "../stage.js";
import { ms, type Figure } from "../store/figure.js";

/** From an acknowledged Put to the first answer by the new route. */
export async function latencyFigure(stage: Stage, upstreamPort: number): Promise<Figure> {
  const ingressPort = portOf(stage.places.ingress);
  for (const resource of declaredPath({ ingressPort, upstreamPort })) await put(stage.store, resource);
  const { p50, p99, maximum, count } = await envoyLatency(stage.store, ingressPort, 300);
  return {
    what: "Put ack → Envoy serves it",
    goal: "p50 ≤ 8 ms, p99 ≤ 50 ms",
    got: `p50 ${ms(p50)}, p99 ${ms(p99)}`,
    met: p50 <= 8 && p99 <= 50,
    beside: `${count} changes, one at a time; at most ${ms(maximum)}. The Go system needs 9 ms when it polls each millisecond`,
    limit: "",
  };
}
