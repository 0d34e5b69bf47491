import { expect, test } from "vitest";
import { isKind, kindOf, kinds, typeNameOf } from "./kind.js";
import { vectors } from "./vectors/vectors.js";

const node = "type.googleapis.com/protomesh.types.v1.NetworkingNode";
const aService = Buffer.from("12030a0161", "hex");
const aRoutingPolicy = Buffer.from("1a030a0161", "hex");

test.each(vectors.filter(({ title }) => isKind(title.slice(0, title.indexOf(":")))))(
  "kindOf tells from the bytes: $title",
  ({ title, spec }) => {
    expect(kindOf(spec)).toBe(title.slice(0, title.indexOf(":")));
  },
);

test("the vectors show each kind", () => {
  expect(new Set(vectors.map(({ spec }) => kindOf(spec)))).toEqual(new Set([...kinds, "unknown"]));
});

test.each([
  {
    title: "another host in the type URL",
    typeUrl: "example.com/protomesh.types.v1.NetworkingNode",
    value: aService,
    want: "service",
  },
  { title: "no host in the type URL", typeUrl: "protomesh.types.v1.NetworkingNode", value: aService, want: "service" },
  {
    title: "two members: the last one counts",
    typeUrl: node,
    value: Buffer.concat([aService, aRoutingPolicy]),
    want: "routing_policy",
  },
  {
    title: "an unknown field beside the member",
    typeUrl: node,
    value: Buffer.concat([aService, Buffer.from("a00607", "hex")]),
    want: "service",
  },
  {
    title: "a member's number as another wire type",
    typeUrl: node,
    value: Buffer.from("1007", "hex"),
    want: "unknown",
  },
  { title: "a node without a member", typeUrl: node, value: Buffer.alloc(0), want: "unknown" },
  { title: "a node of a later version", typeUrl: node, value: Buffer.from("a20600", "hex"), want: "unknown" },
  { title: "damaged bytes", typeUrl: node, value: Buffer.from("12ff", "hex"), want: "unknown" },
  {
    title: "a process without a trigger",
    typeUrl: "x/protomesh.types.v1.Process",
    value: Buffer.alloc(0),
    want: "unknown",
  },
  {
    title: "an empty gateway policy",
    typeUrl: "x/protomesh.types.v1.GatewayPolicy",
    value: Buffer.alloc(0),
    want: "gateway_policy",
  },
  { title: "another type", typeUrl: "type.example.com/acme.v1.Widget", value: aService, want: "unknown" },
  { title: "an inner message on its own", typeUrl: "x/protomesh.types.v1.Service", value: aService, want: "unknown" },
  { title: "no type URL", typeUrl: "", value: aService, want: "unknown" },
])("kindOf: $title", ({ typeUrl, value, want }) => {
  expect(kindOf({ typeUrl, value })).toBe(want);
});

test("kindOf an absent spec is unknown", () => {
  expect(kindOf(undefined)).toBe("unknown");
});

test.each([
  ["type.googleapis.com/a.b.C", "a.b.C"],
  ["https://x/y/a.b.C", "a.b.C"],
  ["a.b.C", "a.b.C"],
  ["a.b.C/", ""],
])("typeNameOf %s is %j", (url, name) => {
  expect(typeNameOf(url)).toBe(name);
});
