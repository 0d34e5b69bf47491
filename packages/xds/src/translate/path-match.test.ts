import { expect, test } from "vitest";
import { byPrecedence, grpcPathMatchesOf, pathMatchesOf, type PathMatch } from "./path-match.js";

interface Case {
  readonly title: string;
  readonly prefix: string;
  readonly rewrite?: string;
  readonly want: readonly PathMatch[];
}

test.each<Case>([
  { title: "everything", prefix: "/", want: [{ kind: "prefix", value: "/", rewrite: "" }] },
  {
    title: "a prefix ends where a segment ends",
    prefix: "/api",
    want: [{ kind: "pathSeparatedPrefix", value: "/api", rewrite: "" }],
  },
  {
    title: "rewritten to another prefix",
    prefix: "/api",
    rewrite: "/v2",
    want: [{ kind: "pathSeparatedPrefix", value: "/api", rewrite: "/v2" }],
  },
  {
    title: "rewritten to a prefix with a slash at its end: no path gets two",
    prefix: "/api",
    rewrite: "/v2/",
    want: [{ kind: "pathSeparatedPrefix", value: "/api", rewrite: "/v2" }],
  },
  {
    title: "the prefix taken off: /api is /, and /api/x is /x",
    prefix: "/api",
    rewrite: "/",
    want: [
      { kind: "path", value: "/api", rewrite: "/" },
      { kind: "prefix", value: "/api/", rewrite: "/" },
    ],
  },
  {
    title: "a prefix put before everything: /x is /v2/x",
    prefix: "/",
    rewrite: "/v2",
    want: [{ kind: "prefix", value: "/", rewrite: "/v2/" }],
  },
  {
    title: "everything rewritten to itself",
    prefix: "/",
    rewrite: "/",
    want: [{ kind: "prefix", value: "/", rewrite: "" }],
  },
  { title: "nothing but slashes", prefix: "//", want: [{ kind: "prefix", value: "//", rewrite: "" }] },
])("pathMatchesOf: $title", ({ prefix, rewrite = "", want }) => {
  expect(pathMatchesOf(prefix, rewrite)).toEqual(want);
});

test("Envoy tries exact paths first, then the longest prefix, then by the alphabet", () => {
  const sorted = ["/", "/a", "/b", "/a/b"]
    .flatMap((prefix) => pathMatchesOf(prefix, prefix === "/a" ? "/" : ""))
    .sort(byPrecedence);
  expect(sorted.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
    "path /a",
    "pathSeparatedPrefix /a/b",
    "prefix /a/",
    "pathSeparatedPrefix /b",
    "prefix /",
  ]);
});

test.each<Case>([
  { title: "everything", prefix: "/", want: [{ kind: "prefix", value: "/", rewrite: "" }] },
  {
    title: "a service and its methods",
    prefix: "/shop.Orders",
    want: [
      { kind: "path", value: "/shop.Orders", rewrite: "" },
      { kind: "prefix", value: "/shop.Orders/", rewrite: "" },
    ],
  },
])("for gRPC, which knows no separated prefix: $title", ({ prefix, want }) => {
  expect(grpcPathMatchesOf(prefix)).toEqual(want);
});
