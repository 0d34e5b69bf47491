import { createServer } from "node:http";
import { listen } from "@protomesh/core";
import { freePort, portOf } from "@protomesh/local";
import { openStage, type Stage } from "../stage.js";
import { figureTable, type Figure } from "../store/figure.js";
import { buildLoad } from "../store/programs.js";
import type { Suite } from "../suite.js";
import { fleetFigures } from "./fleet-figures.js";
import { latencyFigure } from "./latency-figure.js";
import { probeFigures } from "./probe-figures.js";
import { pushFigures } from "./push-figures.js";
import { requestFigure } from "./request-figure.js";
import { scaleFigures } from "./scale-figures.js";
import { scopesFigure } from "./scopes-figure.js";

const preface = `The shipped store and xDS server over a PostgreSQL that writes to its disk, with one real Envoy on delta ADS; other nodes are
played by \`bench/load\`, a program in Go. PROTOMESH_BENCH_MINUTES says for how long the routes of the scale change (1).`;

/** What the xDS server can do. */
export const suite: Suite = {
  name: "xds",
  title: "The xDS server",
  run: async (say) => {
    const programs = await buildLoad();
    if ("missing" in programs) return { skipped: programs.missing };
    const upstream = createServer((_, response) => response.end("here"));
    const upstreamPort = portOf(await listen(upstream, "127.0.0.1:0"));
    try {
      const figures: Figure[] = [];
      const on = async (measure: (stage: Stage) => Promise<readonly Figure[]>): Promise<void> => {
        const stage = await openStage(["xds"]);
        try {
          const measured = await measure(stage);
          for (const { what, got, beside } of measured) say(`${what}: ${got} (${beside})`);
          figures.push(...measured);
        } finally {
          await stage.stop();
        }
      };
      const minutes = Number(process.env["PROTOMESH_BENCH_MINUTES"] ?? 1);
      say("Put → Envoy serves it");
      await on(async (stage) => [await latencyFigure(stage, upstreamPort)]);
      await on(async (stage) => pushFigures(stage, programs.load, say));
      await on(async (stage) => fleetFigures(stage, programs.load, await freePort(), say));
      await on(async (stage) => {
        const [inline = 0, own = 0, onDemand = 0, scoped = 0] = await freePorts(4);
        const ports = { inline, own, "on-demand": onDemand, scoped };
        const probed = await probeFigures(stage, ports, upstreamPort, say);
        return [...probed, await requestFigure(stage, ports, say), await scopesFigure(stage, say)];
      });
      await on(async (stage) => scaleFigures(stage, await freePorts(50), upstreamPort, minutes, say));
      return [preface, "", figureTable(figures)].join("\n");
    } finally {
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
    }
  },
};

async function freePorts(count: number): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}
