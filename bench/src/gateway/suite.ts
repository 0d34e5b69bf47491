import { figureTable, type Figure } from "../store/figure.js";
import type { Suite } from "../suite.js";
import { findPrograms, openGatewayStage } from "./gateway-stage.js";
import { loadFigures } from "./load-figures.js";
import { memoryFigures } from "./memory-figures.js";
import { profileTable } from "./profile.js";
import { routeFigures } from "./routes-figures.js";

const preface = `The gateway as it is shipped, with its line in the log for each request, before a Lambda API in Go (\`bench/load/lambda\`) that
costs next to nothing. Load comes from h2load, and from ghz where it says so; load, gateway and endpoint share the machine. Rates are
the middle one of three runs. The existing gateway, in Go, made 3,460/s by HTTP/2 and 2,270/s by gRPC on such a machine, and added 0.75 ms
(p50) and 4 ms (p99). PROTOMESH_BENCH_SECONDS sets how long the run at half of the maximum takes.`;

/** Five minutes are what a release is measured with. */
const steadySeconds = Number(process.env["PROTOMESH_BENCH_SECONDS"] ?? 30);

/** What the gateway adds to the price of an invocation. */
export const suite: Suite = {
  name: "gateway",
  title: "The gateway",
  run: async (say) => {
    const programs = await findPrograms();
    if ("missing" in programs) return { skipped: programs.missing };
    const figures: Figure[] = [];
    const stage = await openGatewayStage(programs, [], say);
    try {
      figures.push(...(await loadFigures(stage)));
      figures.push(...(await memoryFigures(stage, steadySeconds)));
    } finally {
      await stage.stop();
    }
    say("the route table");
    figures.push(...routeFigures());
    return [preface, "", figureTable(figures), "", await profileTable(programs, say)].join("\n");
  },
};
