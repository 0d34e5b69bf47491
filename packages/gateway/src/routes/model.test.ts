import type { DeclaredResource, WatchBatch } from "@protomesh/core";
import { GatewayPolicy } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { applyBatch, conflictsOf, emptyModel, type Model } from "./model.js";
import { grpcRoute, httpRoute } from "./route-table.js";

/** A declared policy by what it matches: `GET /a` exact, `* /a/` a prefix (ends in /), `grpc /a.B/C`, `GET /a host`. */
function declared(id: string, source: string, createdIndex = 1n, index = createdIndex): DeclaredResource {
  const [method = "", path = "", host = ""] = source.split(" ");
  const exact = !path.endsWith("/");
  const value = GatewayPolicy.fromPartial({
    host,
    source:
      method === "grpc"
        ? { $case: "grpc", value: { methodName: path, exactMethodNameMatch: exact } }
        : {
            $case: "http",
            value: { ...(method === "*" ? {} : { method: methodOf(method) }), path, exactPathMatch: exact },
          },
    handlers: [{ handler: { $case: "aws", value: { handler: { $case: "lambda", value: { functionName: id } } } } }],
  });
  return { namespace: "default", id, name: id, index, createdIndex, hash: "", spec: { kind: "gateway_policy", value } };
}

function methodOf(method: string) {
  return method === "POST" ? "HTTP_METHOD_POST" : method === "HEAD" ? "HTTP_METHOD_HEAD" : "HTTP_METHOD_GET";
}

function batch(changes: Partial<WatchBatch>): WatchBatch {
  return { reset: false, revision: 1n, history: "h", updated: [], dropped: [], ...changes };
}

const modelOf = (...updated: DeclaredResource[]) => applyBatch(emptyModel, batch({ reset: true, updated }));

const routed = (model: Model, method: string, path: string, host = "") =>
  (method === "grpc" ? grpcRoute(model.table, host, path, []) : httpRoute(model.table, host, method, path, []))?.id;

test.each([
  { title: "exact before prefix", sources: ["* /a/", "* /a/b"], ask: "GET /a/b", want: "* /a/b" },
  { title: "the longest prefix", sources: ["* /", "* /a/", "* /a/b/"], ask: "GET /a/b/c", want: "* /a/b/" },
  { title: "a prefix takes its own path", sources: ["* /a/"], ask: "GET /a/", want: "* /a/" },
  { title: "a prefix is no shorter path", sources: ["* /a/"], ask: "GET /a", want: undefined },
  { title: "an exact path is no prefix", sources: ["* /a"], ask: "GET /a/b", want: undefined },
  { title: "the named method before any", sources: ["* /a", "GET /a"], ask: "GET /a", want: "GET /a" },
  { title: "any takes methods nobody names", sources: ["* /a", "GET /a"], ask: "PURGE /a", want: "* /a" },
  { title: "an exact path without the method gives way", sources: ["* /", "POST /a"], ask: "GET /a", want: "* /" },
  { title: "HEAD falls back to GET", sources: ["GET /a"], ask: "HEAD /a", want: "GET /a" },
  { title: "HEAD's own policy first", sources: ["GET /a", "HEAD /a"], ask: "HEAD /a", want: "HEAD /a" },
  { title: "GET's policy before any for HEAD", sources: ["* /a", "GET /a"], ask: "HEAD /a", want: "GET /a" },
  { title: "methods are case-sensitive", sources: ["GET /a"], ask: "get /a", want: undefined },
  { title: "paths are case-sensitive", sources: ["GET /a"], ask: "GET /A", want: undefined },
  { title: "a path declared without its slash", sources: ["GET a"], ask: "GET /a", want: "GET a" },
  { title: "no match", sources: ["GET /a"], ask: "GET /b", want: undefined },
  {
    title: "gRPC exact before prefix",
    sources: ["grpc /a.B/", "grpc /a.B/C"],
    ask: "grpc /a.B/C",
    want: "grpc /a.B/C",
  },
  { title: "gRPC longest prefix", sources: ["grpc /", "grpc /a.B/"], ask: "grpc /a.B/C", want: "grpc /a.B/" },
  { title: "HTTP policies take no gRPC", sources: ["* /"], ask: "grpc /a.B/C", want: undefined },
  { title: "the host before any", sources: ["GET /a", "GET /a x.org"], ask: "GET /a x.org", want: "GET /a x.org" },
  { title: "another host", sources: ["GET /a x.org"], ask: "GET /a y.org", want: undefined },
  {
    title: "any host takes what a host's policies leave",
    sources: ["* /", "GET /a x.org"],
    ask: "GET /b x.org",
    want: "* /",
  },
  {
    title: "a host's port and case do not matter",
    sources: ["GET /a X.org"],
    ask: "GET /a x.ORG:8443",
    want: "GET /a X.org",
  },
  {
    title: "the longest domain",
    sources: ["GET /a *.org", "GET /a *.x.org"],
    ask: "GET /a b.c.x.org",
    want: "GET /a *.x.org",
  },
  { title: "a domain is no host of its own", sources: ["GET /a *.x.org"], ask: "GET /a x.org", want: undefined },
  { title: "gRPC by host", sources: ["grpc /", "grpc / x.org"], ask: "grpc /a.B/C x.org", want: "grpc / x.org" },
  { title: "gRPC policies take no HTTP", sources: ["grpc /"], ask: "POST /a.B/C", want: undefined },
])("$title: $ask → $want", ({ sources, ask, want }) => {
  const [method = "", path = "", host] = ask.split(" ");
  expect(routed(modelOf(...sources.map((source) => declared(source, source))), method, path, host)).toBe(want);
});

test("the older of two policies with one match serves, whatever the order of arrival; the other is a conflict", () => {
  const older = declared("older", "GET /a", 3n);
  const newer = declared("newer", "GET /a", 7n);
  for (const model of [modelOf(older, newer), modelOf(newer, older)]) {
    expect(routed(model, "GET", "/a")).toBe("older");
    expect(conflictsOf(model)).toMatchObject([{ loser: { id: "newer" }, winner: { id: "older" } }]);
  }
});

test("of two that one write created, the one with the lower id serves", () => {
  for (const ids of [
    ["a", "b"],
    ["b", "a"],
  ]) {
    expect(routed(modelOf(...ids.map((id) => declared(id, "GET /a", 3n))), "GET", "/a")).toBe("a");
  }
});

test("a change makes no policy younger", () => {
  const model = modelOf(declared("older", "GET /a", 3n), declared("newer", "GET /a", 7n));
  const changed = applyBatch(model, batch({ updated: [declared("older", "GET /a", 3n, 9n)] }));
  expect(routed(changed, "GET", "/a")).toBe("older");
});

test.each([
  { title: "was changed", before: declared("older", "GET /a", 3n) },
  { title: "took up the match by a change", before: declared("older", "GET /b", 3n) },
  { title: "was invalid", before: declared("older", "GET ", 3n) },
])("a gateway that saw that the older one $title decides as one that was started since", ({ before }) => {
  const newer = declared("newer", "GET /a", 7n);
  const now = declared("older", "GET /a", 3n, 9n);
  const ran = applyBatch(modelOf(before, newer), batch({ updated: [now] }));
  for (const model of [ran, modelOf(newer, now)]) {
    expect(routed(model, "GET", "/a")).toBe("older");
    expect(conflictsOf(model)).toMatchObject([{ loser: { id: "newer" }, winner: { id: "older" } }]);
  }
});

test("what is dropped and declared again is new: the other one serves", () => {
  const model = modelOf(declared("first", "GET /a", 3n), declared("second", "GET /a", 7n));
  const dropped = applyBatch(model, batch({ dropped: [declared("first", "GET /a", 3n, 8n)] }));
  const again = applyBatch(dropped, batch({ updated: [declared("first", "GET /a", 9n)] }));
  expect(routed(again, "GET", "/a")).toBe("second");
});

test.each([
  { title: "a new policy", change: { updated: [declared("new", "GET /c", 9n)] }, want: ["new"] },
  { title: "a policy in conflict", change: { updated: [declared("third", "GET /a", 9n)] }, want: ["a", "b", "third"] },
  { title: "a dropped winner", change: { dropped: [declared("a", "GET /a", 9n)] }, want: ["a", "b"] },
  { title: "a policy that moves away", change: { updated: [declared("a", "GET /d", 9n)] }, want: ["a", "b"] },
  { title: "nothing", change: {}, want: [] },
  {
    title: "a new list",
    change: { reset: true, updated: [declared("new", "GET /c", 9n)] },
    want: ["a", "alone", "b", "new"],
  },
])("$title touches $want", ({ change, want }) => {
  const model = modelOf(declared("a", "GET /a", 3n), declared("b", "GET /a", 7n), declared("alone", "GET /b"));
  expect([...applyBatch(model, batch(change)).touched].toSorted()).toEqual(want);
});

test("when the older one goes, the other serves and the conflict is over", () => {
  const model = modelOf(declared("older", "GET /a", 3n), declared("newer", "GET /a", 7n));
  const after = applyBatch(model, batch({ dropped: [declared("older", "GET /a", 8n)] }));
  expect(routed(after, "GET", "/a")).toBe("newer");
  expect(conflictsOf(after)).toEqual([]);
});

test("changing a policy's source removes the old key", () => {
  const after = applyBatch(modelOf(declared("p", "GET /old")), batch({ updated: [declared("p", "GET /new", 2n)] }));
  expect(routed(after, "GET", "/old")).toBeUndefined();
  expect(routed(after, "GET", "/new")).toBe("p");
});

test("a policy that becomes invalid serves no more, and the reason is kept until it is dropped", () => {
  const broken: DeclaredResource = {
    ...declared("p", "GET /a", 2n),
    spec: { kind: "gateway_policy", value: GatewayPolicy.fromPartial({}) },
  };
  const after = applyBatch(modelOf(declared("p", "GET /a")), batch({ updated: [broken] }));
  expect(routed(after, "GET", "/a")).toBeUndefined();
  expect(after.invalid.get("p")?.reason).toBe("source: neither an HTTP path nor a gRPC method name is given");
  expect(applyBatch(after, batch({ dropped: [broken] })).invalid.size).toBe(0);
});

test("a reset forgets what was known before", () => {
  const after = applyBatch(
    modelOf(declared("p", "GET /a")),
    batch({ reset: true, updated: [declared("q", "GET /b")] }),
  );
  expect(routed(after, "GET", "/a")).toBeUndefined();
  expect(routed(after, "GET", "/b")).toBe("q");
});

test("a batch changes no older model", () => {
  const before = modelOf(declared("p", "GET /a"));
  applyBatch(before, batch({ dropped: [declared("p", "GET /a")] }));
  expect(routed(before, "GET", "/a")).toBe("p");
});
