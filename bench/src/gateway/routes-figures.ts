import type { DeclaredResource, WatchBatch } from "@protomesh/core";
import { GatewayPolicy } from "@protomesh/core/api";
import { applyBatch, emptyModel, grpcRoute, httpRoute, type Model } from "@protomesh/gateway";
import { lambdaHandler } from "@protomesh/testing/resources";
import { distributionOf } from "../distribution.js";
import { ms, type Figure } from "../store/figure.js";

const policies = 10_000;
const lookups = 200_000;
const changes = 200;

/** Half of the policies take HTTP, half gRPC, as services of ten methods each. */
function declared(position: number, functionName: string, index: bigint): DeclaredResource {
  const service = `team${position % 97}.Service${Math.floor(position / 20)}`;
  const http = {
    $case: "http",
    value: { path: `/${service}/things/${position}`, exactPathMatch: position % 4 === 0 },
  } as const;
  const grpc = {
    $case: "grpc",
    value: { methodName: `/${service}/Method${position}`, exactMethodNameMatch: true },
  } as const;
  const value = GatewayPolicy.fromPartial({
    source: position % 2 === 0 ? http : grpc,
    handlers: [lambdaHandler(functionName)],
  });
  const id = `00000000-0000-4000-8000-${String(position).padStart(12, "0")}`;
  return {
    namespace: "default",
    id,
    name: id,
    index,
    createdIndex: 1n,
    hash: "",
    spec: { kind: "gateway_policy", value },
  };
}

function batch(changed: Partial<WatchBatch>): WatchBatch {
  return { reset: false, revision: 1n, history: "h", updated: [], dropped: [], ...changed };
}

/** The route table in this process: how long a lookup and a change take among 10,000 policies. */
export function routeFigures(): Figure[] {
  const all = Array.from({ length: policies }, (_, position) => declared(position, "hello", 1n));
  const model = applyBatch(emptyModel, batch({ reset: true, updated: all }));
  const lookupMicroseconds = lookupTime(model);
  const swaps = distributionOf(swapTimes(model));
  return [
    {
      what: "lookup among 10,000 policies",
      goal: "≤ 2 µs",
      got: `${lookupMicroseconds.toFixed(2)} µs`,
      met: lookupMicroseconds <= 2,
      beside: "half HTTP, half gRPC; every fifth request has no policy",
      limit: "",
    },
    {
      what: "a change among 10,000 policies swaps the table",
      goal: "≤ 5 ms",
      got: `p99 ${ms(swaps.p99)}`,
      met: swaps.p99 <= 5,
      beside: `p50 ${ms(swaps.p50)}, at most ${ms(swaps.maximum)}`,
      limit: "",
    },
  ];
}

function lookupTime({ table }: Model): number {
  const paths = Array.from({ length: 1_000 }, (_, n) => {
    const position = (n * 7_919) % policies;
    const known = n % 5 !== 0;
    const service = `team${position % 97}.Service${Math.floor(position / 20)}`;
    return position % 2 === 0
      ? `/${service}/${known ? "things" : "else"}/${position}`
      : `/${service}/${known ? "Method" : "Else"}${position}`;
  });
  let found = 0;
  const round = (count: number): void => {
    for (let n = 0; n < count; n++) {
      const path = paths[n % paths.length] ?? "";
      const policy = path.includes("/things/")
        ? httpRoute(table, "api.example.com", "GET", path, [])
        : grpcRoute(table, "api.example.com", path, []);
      if (policy !== undefined) found++;
    }
  };
  round(lookups);
  // Processor time: it waits for nothing, and who else wants the processor is not its concern.
  const begun = process.cpuUsage();
  round(lookups);
  const { user, system } = process.cpuUsage(begun);
  if (found === 0) throw new RangeError("no lookup found anything");
  return (user + system) / lookups;
}

function swapTimes(first: Model): number[] {
  let model = first;
  return Array.from({ length: changes }, (_, n) => {
    const changed = declared((n * 7_919) % policies, `changed-${n}`, BigInt(n + 2));
    const begun = performance.now();
    model = applyBatch(model, batch({ revision: BigInt(n + 2), updated: [changed] }));
    return performance.now() - begun;
  });
}
