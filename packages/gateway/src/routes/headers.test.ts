import type { DeclaredResource, WatchBatch } from "@protomesh/core";
import { GatewayPolicy } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { applyBatch, conflictsOf, emptyModel, type Model } from "./model.js";
import { matchText } from "./policy.js";
import { grpcRoute, grpcServices, httpRoute, servesGrpcService } from "./route-table.js";

/** `x-tier: gold` or `x-tier`, several parted by `;`. */
function pairs(text: string): { name: string; value: string | undefined }[] {
  return text.split(/; ?/).flatMap((each) => {
    const [name = "", value] = each.split(": ");
    return name === "" ? [] : [{ name, value }];
  });
}

/** A declared policy by what it matches, `GET /a`, and then by the headers that it wants: `GET /a | x-tier: gold`. */
function declared(source: string, createdIndex = 1n): DeclaredResource {
  const [what = "", headers = ""] = source.split(" | ");
  const [method = "", path = "", host = ""] = what.split(" ");
  const http = {
    ...(method === "GET" && { method: "HTTP_METHOD_GET" as const }),
    path,
    exactPathMatch: !path.endsWith("/"),
  };
  const value = GatewayPolicy.fromPartial({
    host,
    source:
      method === "grpc"
        ? { $case: "grpc", value: { methodName: path, exactMethodNameMatch: true } }
        : { $case: "http", value: http },
    handlers: [{ handler: { $case: "aws", value: { handler: { $case: "lambda", value: { functionName: "f" } } } } }],
    headers: pairs(headers).map(({ name, value: its }) => ({ name, ...(its !== undefined && { value: its }) })),
  });
  const spec = { kind: "gateway_policy", value } as const;
  return { namespace: "default", id: source, name: source, index: createdIndex, createdIndex, hash: "", spec };
}

function modelOf(...updated: DeclaredResource[]): Model {
  const batch: WatchBatch = { reset: true, revision: 1n, history: "h", updated, dropped: [] };
  return applyBatch(emptyModel, batch);
}

/** Who answers `GET /a | x-tier: gold`. */
function routed({ table }: Model, request: string): string | undefined {
  const [what = "", text = ""] = request.split(" | ");
  const [method = "", path = "", host = ""] = what.split(" ");
  const headers = pairs(text).map(({ name, value = "" }) => [name, value] as const);
  return (method === "grpc" ? grpcRoute(table, host, path, headers) : httpRoute(table, host, method, path, headers))
    ?.id;
}

test.each([
  { title: "a value", sources: ["GET /a | x-tier: gold"], ask: "GET /a | x-tier: gold", want: "GET /a | x-tier: gold" },
  { title: "another value", sources: ["GET /a | x-tier: gold"], ask: "GET /a | x-tier: Gold", want: undefined },
  { title: "no such header", sources: ["GET /a | x-tier: gold"], ask: "GET /a", want: undefined },
  {
    title: "a name in any case",
    sources: ["GET /a | X-Tier: gold"],
    ask: "GET /a | x-tier: gold",
    want: "GET /a | X-Tier: gold",
  },
  { title: "presence", sources: ["GET /a | x-tier"], ask: "GET /a | x-tier: any", want: "GET /a | x-tier" },
  { title: "one of several values", sources: ["GET /a | x: 2"], ask: "GET /a | x: 1; x: 2", want: "GET /a | x: 2" },
  { title: "all of them: one is missing", sources: ["GET /a | x: 1; y: 2"], ask: "GET /a | x: 1", want: undefined },
  { title: "all of them", sources: ["GET /a | x: 1; y: 2"], ask: "GET /a | y: 2; x: 1", want: "GET /a | x: 1; y: 2" },
  {
    title: "more headers before fewer",
    sources: ["GET /a", "GET /a | x", "GET /a | x; y: 2"],
    ask: "GET /a | x: 1; y: 2",
    want: "GET /a | x; y: 2",
  },
  { title: "fewer where the others are missing", sources: ["GET /a", "GET /a | x"], ask: "GET /a", want: "GET /a" },
  {
    title: "the named method before headers",
    sources: ["* /a | x", "GET /a"],
    ask: "GET /a | x: 1",
    want: "GET /a",
  },
  {
    title: "any method where the named one wants other headers",
    sources: ["* /a", "GET /a | x"],
    ask: "GET /a",
    want: "* /a",
  },
  {
    title: "GET's policy for a HEAD, by its headers",
    sources: ["GET /a | x", "* /a"],
    ask: "HEAD /a | x: 1",
    want: "GET /a | x",
  },
  {
    title: "a shorter prefix where the longer one wants other headers",
    sources: ["* /", "* /a/ | x"],
    ask: "GET /a/b",
    want: "* /",
  },
  {
    title: "any host where the host's policy wants other headers",
    sources: ["GET /a", "GET /a x.org | x"],
    ask: "GET /a x.org",
    want: "GET /a",
  },
  {
    title: "gRPC metadata",
    sources: ["grpc /a.B/C", "grpc /a.B/C | x"],
    ask: "grpc /a.B/C | x: 1",
    want: "grpc /a.B/C | x",
  },
])("$title: $ask → $want", ({ sources, ask, want }) => {
  expect(routed(modelOf(...sources.map((source) => declared(source))), ask)).toBe(want);
});

test("of policies that want as many headers, and whose headers a request has, the older one serves; it is no conflict", () => {
  const model = modelOf(declared("GET /a | x", 7n), declared("GET /a | y", 3n));
  expect(routed(model, "GET /a | x: 1; y: 1")).toBe("GET /a | y");
  expect(routed(model, "GET /a | x: 1")).toBe("GET /a | x");
  expect(conflictsOf(model)).toEqual([]);
});

test("the same headers are a conflict, in whatever order and case they are declared", () => {
  const model = modelOf(declared("GET /a | x; y: 2", 3n), declared("GET /a | Y: 2; X; x", 7n));
  expect(conflictsOf(model).map(({ loser }) => loser.id)).toEqual(["GET /a | Y: 2; X; x"]);
});

test("a gRPC service is served whatever headers its policies want", () => {
  const { table } = modelOf(declared("grpc /a.B/C | x"));
  expect(servesGrpcService(table, "a.B")).toBe(true);
  expect(grpcServices(table)).toEqual(["a.B"]);
});

test("headers stand in what is said of a match", () => {
  const [policy] = modelOf(declared("GET /a x.org | y: 2; X")).policies.values();
  expect(policy && matchText(policy.match)).toBe("GET /a at x.org with x and y: 2");
});
