import { Agent, request } from "node:http";
import { distributionOf } from "../distribution.js";
import { put } from "../path/put.js";
import type { Stage } from "../stage.js";
import { ms, whole, type Figure } from "../store/figure.js";
import { processorSeconds } from "../store/processor-time.js";
import { residentKib } from "../store/resident-memory.js";
import { envoyFloor, type EnvoyFloor } from "./envoy-floor.js";
import { declareAll, ingress, route, serviceWithInstances, type HostsWay } from "./declared.js";

const routes = 3_000;
/** The first and the last routes are compared by so many, as a single one says little. */
const compared = 100;
const patienceMs = 10_000;

interface Probe {
  readonly ingressName: "inline" | "own" | "on-demand" | "scoped";
  readonly way: HostsWay;
  /** In words. */
  readonly hosts: string;
  /** Where the domain of a route is asked. */
  readonly pathOf: (number: number) => string;
}

const probes: readonly Probe[] = [
  { ingressName: "inline", way: "inline", hosts: "inline", pathOf: () => "/" },
  {
    ingressName: "own",
    way: "inline",
    hosts: "inline, none with the routes of another",
    pathOf: (number) => `/${number}`,
  },
  { ingressName: "on-demand", way: "on-demand", hosts: "on demand", pathOf: () => "/" },
  { ingressName: "scoped", way: "scoped", hosts: "scoped", pathOf: () => "/" },
];

/** The port of each ingress that is probed. */
export type ProbePorts = Readonly<Record<Probe["ingressName"], number>>;

interface Asked {
  readonly host: string;
  readonly path: string;
}

/**
 * The route probe: routes are added one after the other, each for a domain of its own, and each is asked for from before
 * it is declared until it answers: nothing but 404 and then 200 may come.
 */
export async function probeFigures(
  stage: Stage,
  ports: ProbePorts,
  upstreamPort: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  await declareAll(stage.store, [
    ...serviceWithInstances("probed", upstreamPort),
    ...probes.flatMap(({ ingressName, way }) => [
      ingress(ingressName, ports[ingressName], way),
      route(ingressName, "warm.example.com", "probed"),
    ]),
  ]);
  const figures: Figure[] = [];
  for (const probe of probes) {
    say(`route probe, ${probe.ingressName}`);
    figures.push(await probeFigure(stage, probe, ports[probe.ingressName]));
  }
  say("what a virtual host costs Envoy by itself");
  const limit = limitBy(await envoyFloor());
  return figures.map((figure) => (figure.met === true ? figure : { ...figure, limit }));
}

function limitBy({ routed, bare }: EnvoyFloor): string {
  return `Envoy builds the whole table for each change; domains with the same routes are one virtual host, but not on demand. By itself, its routes in a file, a change is ${routed.toFixed(1)} µs of CPU for each virtual host with a route, ${bare.toFixed(1)} µs for one without any`;
}

async function probeFigure(
  { store, pids }: Stage,
  { ingressName, hosts, pathOf }: Probe,
  port: number,
): Promise<Figure> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  const others = new Map<number, number>();
  const taken: (readonly number[])[] = [];
  const kib: number[] = [await residentKib(pids.envoy ?? 0)];
  const look = async (): Promise<void> => {
    taken.push(await Promise.all([pids.xds, pids.envoy, pids.store].map(async (pid) => processorSeconds(pid ?? 0))));
  };
  try {
    await untilServed(agent, port, { host: "warm.example.com", path: "/" }, new Map());
    for (let number = 0; number < routes; number++) {
      if (number === 0 || number === compared || number === routes - compared) await look();
      const asked = { host: `route-${number}.example.com`, path: pathOf(number) };
      const before = await codeOf(agent, port, asked);
      if (before !== 404) others.set(before, (others.get(before) ?? 0) + 1);
      const { ackedAt } = await put(store, route(ingressName, asked.host, "probed", asked.path));
      await untilServed(agent, port, asked, others);
      times.push(performance.now() - ackedAt);
    }
    await look();
    kib.push(await residentKib(pids.envoy ?? 0));
  } finally {
    agent.destroy();
  }
  const { p50, p99 } = distributionOf(times);
  const ofFirst = distributionOf(times.slice(0, compared));
  const ofLast = distributionOf(times.slice(-compared));
  const [first, last] = [ofFirst.p50, ofLast.p50];
  const wrong = [...others].map(([code, count]) => `${count} × ${code}`).join(", ");
  return {
    what: `route probe, ${whole(routes)} routes, virtual hosts ${hosts}`,
    goal: "404, then 200, and nothing else; the last ≤ 2 × the first",
    got: `p50 ${ms(p50)}, p99 ${ms(p99)}; the last ${(last / first).toFixed(1)} × the first; ${wrong || "nothing else"}`,
    met: others.size === 0 && last <= 2 * first,
    beside: [
      `p50 of the first ${compared} ${ms(first)} (p99 ${ms(ofFirst.p99)}), of the last ${ms(last)} (p99 ${ms(ofLast.p99)})`,
      processorTimes(taken),
      `Envoy ${kib.map((size) => whole(size / 1_024)).join(" → ")} MiB`,
    ].join("; "),
    limit: "",
  };
}

/** What a route costs at the beginning and at the end, with the requests that ask for it. */
function processorTimes([
  begin = [],
  afterFirst = [],
  beforeLast = [],
  end = [],
]: readonly (readonly number[])[]): string {
  const of = (at: number): string => {
    const first = (afterFirst[at] ?? 0) - (begin[at] ?? 0);
    const last = (end[at] ?? 0) - (beforeLast[at] ?? 0);
    return `${((first * 1_000) / compared).toFixed(1)} → ${((last * 1_000) / compared).toFixed(1)} ms`;
  };
  return `CPU of one: xds ${of(0)}, Envoy ${of(1)}, store ${of(2)}`;
}

async function untilServed(agent: Agent, port: number, asked: Asked, others: Map<number, number>): Promise<void> {
  const begin = performance.now();
  for (;;) {
    const code = await codeOf(agent, port, asked);
    if (code === 200) return;
    if (code !== 404) others.set(code, (others.get(code) ?? 0) + 1);
    if (performance.now() - begin > patienceMs) throw new Error(`${asked.host} is still answered ${code}`);
  }
}

/** 0: nobody listens yet. */
async function codeOf(agent: Agent, port: number, { host, path }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: "127.0.0.1", port, path, headers: { host } }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    call.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNREFUSED" ? resolve(0) : reject(error)));
    call.end();
  });
}
