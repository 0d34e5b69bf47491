import { createServer } from "node:http";
import { listen } from "@protomesh/core";
import { portOf } from "@protomesh/local";
import type { Distribution } from "../distribution.js";
import { table } from "../section.js";
import { openStage } from "../stage.js";
import type { Suite } from "../suite.js";
import { declaredPath } from "./declared.js";
import { envoyLatency } from "./envoy-latency.js";
import { put } from "./put.js";
import { watchLatency } from "./watch-latency.js";

const repetitions = 500;

/** How long it takes from an acknowledged change to the world that matches it. */
export const suite: Suite = {
  name: "path",
  title: "From an acknowledged Put to the world",
  run: async (say) => {
    const upstream = createServer((_, response) => response.end("here"));
    const upstreamAddress = await listen(upstream, "127.0.0.1:0");
    const stage = await openStage(["xds"]);
    try {
      const ingressPort = portOf(stage.places.ingress);
      for (const resource of declaredPath({ ingressPort, upstreamPort: portOf(upstreamAddress) })) {
        await put(stage.store, resource);
      }
      say("Put → watch event");
      const watch = await watchLatency(stage.store, repetitions);
      say("Put → Envoy serves it");
      const envoy = await envoyLatency(stage.store, ingressPort, repetitions);
      return [
        `One client, one change at a time, ${repetitions} each; times in ms after the acknowledgement.`,
        "",
        table(
          ["what", "p50", "p99", "maximum", "p50 as a multiple of the watch event"],
          [row("event at a watcher", watch, watch), row("Envoy answers by the new route", envoy, watch)],
        ),
      ].join("\n");
    } finally {
      await stage.stop();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
    }
  },
};

function row(what: string, { p50, p99, maximum }: Distribution, base: Distribution): readonly string[] {
  const multiple = base.p50 > 0 ? (p50 / base.p50).toFixed(1) : "the event came first";
  return [what, p50.toFixed(2), p99.toFixed(2), maximum.toFixed(2), multiple];
}
