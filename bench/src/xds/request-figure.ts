import { runChild } from "@protomesh/local";
import type { Stage } from "../stage.js";
import type { Figure } from "../store/figure.js";
import { processorSeconds } from "../store/processor-time.js";

const rounds = 3;
const requestsOfRound = 6_000;
const host = "route-1500.example.com";

interface Ports {
  readonly inline: number;
  readonly scoped: number;
}

/**
 * What a request costs Envoy where its host is looked for among the scopes, and where among the virtual hosts of one
 * ingress: by turns on one Envoy that has as many of both.
 */
export async function requestFigure({ pids }: Stage, ports: Ports, say: (line: string) => void): Promise<Figure> {
  say("CPU of a request, inline and scoped");
  const spent = { inline: 0, scoped: 0 };
  for (let round = 0; round <= rounds; round++) {
    for (const way of ["inline", "scoped"] as const) {
      const before = await processorSeconds(pids.envoy ?? 0);
      await load(ports[way]);
      // The first round opens connections to the upstream.
      if (round > 0) spent[way] += (await processorSeconds(pids.envoy ?? 0)) - before;
    }
  }
  const micros = (way: keyof Ports) => (spent[way] * 1e6) / (rounds * requestsOfRound);
  const [inline, scoped] = [micros("inline"), micros("scoped")];
  return {
    what: "CPU of Envoy for a request, virtual hosts scoped",
    goal: "",
    got: `${scoped.toFixed(1)} µs`,
    met: undefined,
    beside: `inline ${inline.toFixed(1)} µs, by turns; ${rounds * requestsOfRound} requests each by h2load, HTTP/1.1, 4 connections`,
    limit: "",
  };
}

/** @throws RangeError where a request is not answered 200 */
async function load(port: number): Promise<void> {
  const args = [
    "--h1",
    "--clients=4",
    `--requests=${requestsOfRound}`,
    `--connect-to=127.0.0.1:${port}`,
    `http://${host}:${port}/`,
  ];
  const said = (await runChild({ name: "h2load", command: "h2load", args })).join("\n");
  if (!said.includes(`${requestsOfRound} 2xx`)) throw new RangeError(`not all requests were answered: ${said}`);
}
