import { availableParallelism } from "node:os";
import { ms, whole, type Figure } from "../store/figure.js";
import type { GatewayStage } from "./gateway-stage.js";
import { ghz, h2load, type Loaded } from "./load.js";

const clients = 32;
const repetitions = 3;

/** Rates and processor time of 32 clients, and what a request takes more than the direct call. */
export async function loadFigures(stage: GatewayStage): Promise<Figure[]> {
  stage.say("the endpoint alone");
  const direct = await median(async () => h2load(stage, "direct", { clients, requests: 40_000 }));
  stage.say("HTTP/2");
  await h2load(stage, "http", { clients, requests: 6_000 });
  const http = await median(async () => h2load(stage, "http", { clients, requests: 12_000 }));
  stage.say("gRPC");
  await h2load(stage, "grpc", { clients, requests: 3_000 });
  const grpc = await median(async () => ghz(stage, { clients, requests: 6_000 }));
  const grpcBare = await median(async () => h2load(stage, "grpc", { clients, requests: 8_000 }));
  const errors = [direct, http, grpc, grpcBare].reduce((sum, each) => sum + each.errors, 0);
  return [
    {
      what: "HTTP/2, 32 clients",
      goal: "≥ 5,000/s",
      got: `${whole(http.perSecond)}/s`,
      met: http.perSecond >= 5_000,
      beside: `the endpoint alone ${whole(direct.perSecond)}/s`,
      limit: limitOf(http),
    },
    {
      what: "gRPC unary, 32 clients, by ghz",
      goal: "≥ 3,500/s",
      got: `${whole(grpc.perSecond)}/s`,
      met: grpc.perSecond >= 3_500,
      beside: `by h2load, which costs less, ${whole(grpcBare.perSecond)}/s`,
      limit: limitOf(grpc),
    },
    processor("HTTP/2", http, ""),
    processor("gRPC", grpcBare, `with ghz as the client ${whole(grpc.gatewayMicroseconds)} µs`),
    {
      what: "errors in all of this",
      goal: "none",
      got: whole(errors),
      met: errors === 0,
      beside: "",
      limit: "",
    },
    ...(await latencyFigures(stage)),
  ];
}

function processor(what: string, { gatewayMicroseconds }: Loaded, beside: string): Figure {
  return {
    what: `CPU of the gateway per request, ${what}`,
    goal: "≤ 200 µs",
    got: `${whole(gatewayMicroseconds)} µs`,
    met: gatewayMicroseconds <= 200,
    beside,
    limit: "",
  };
}

/** What one client sees, in turns with the direct call. */
async function latencyFigures(stage: GatewayStage): Promise<Figure[]> {
  stage.say("one client");
  const load = { clients: 1, requests: 3_000, latencies: true } as const;
  const rounds: { readonly direct: Loaded; readonly http: Loaded }[] = [];
  for (let n = 0; n < repetitions; n++) {
    rounds.push({ direct: await h2load(stage, "direct", load), http: await h2load(stage, "http", load) });
  }
  return (
    [
      ["p50", 0.5, 0.5],
      ["p99", 0.99, 3],
    ] as const
  ).map(([name, share, goal]) => {
    const added = middle(rounds.map(({ direct, http }) => at(http, share) - at(direct, share)));
    const direct = middle(rounds.map((round) => at(round.direct, share)));
    return {
      what: `added ${name} over the direct call, 1 client`,
      goal: `≤ ${goal} ms`,
      got: ms(added),
      met: added <= goal,
      beside: `the direct call ${ms(direct)}`,
      limit: "",
    };
  });
}

function at({ latenciesMs }: Loaded, share: number): number {
  const value = latenciesMs[Math.max(0, Math.ceil(latenciesMs.length * share) - 1)];
  if (value === undefined) throw new RangeError("h2load logged no request");
  return value;
}

/** The run whose rate is the middle one of three. */
async function median(run: () => Promise<Loaded>): Promise<Loaded> {
  const runs: Loaded[] = [];
  for (let n = 0; n < repetitions; n++) runs.push(await run());
  const sorted = runs.toSorted((a, b) => a.perSecond - b.perSecond);
  const found = sorted[Math.floor(repetitions / 2)];
  if (found === undefined) throw new RangeError("nothing was run");
  return { ...found, errors: runs.reduce((sum, { errors }) => sum + errors, 0) };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The gateway's JavaScript runs on one processor, which load and endpoint may want as well. */
function limitOf({ perSecond, gatewayMicroseconds }: Loaded): string {
  const share = (perSecond * gatewayMicroseconds) / 1e6;
  const percent = `${Math.round(share * 100)} % of one processor`;
  return share >= 0.85
    ? `CPU of the gateway (${percent})`
    : `${availableParallelism()} processors for all (the gateway has ${percent})`;
}
