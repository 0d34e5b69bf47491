import { expect, test } from "vitest";
import type { Resource } from "../../api.js";
import { decodeSpec } from "../spec.js";
import { vector, vectors } from "../vectors/vectors.js";
import { validateId, validateNamespace, validateResource, validateSpec } from "./resource.js";

/** Of what the existing store accepts, this is refused, and why. */
const refused = new Map<string, readonly string[]>([
  ["instance_set: negative port (ten-byte varint)", ["spec.instance_set.instances[0].port"]],
  ["empty name", ["name"]],
  ["empty namespace", ["namespace"]],
  ["spec present but empty (no type URL, no value)", ["spec.type_url"]],
  ["missing spec", ["spec"]],
  ["empty namespace, id and name, no spec: the hash of no bytes", ["namespace", "id", "name", "spec"]],
]);

test.each(vectors)(
  "what the existing store accepts is accepted, with few exceptions: $title",
  ({ title, resource }) => {
    expect(validateResource(resource).map(({ field }) => field)).toEqual(refused.get(title) ?? []);
  },
);

test("each exception is a vector", () => {
  for (const title of refused.keys()) expect(vector(title).title).toBe(title);
});

const billing = vector("service: http1").resource;

test.each<{ title: string; change: Partial<Resource>; want: string }>([
  {
    title: "a namespace of 254 bytes",
    change: { namespace: "n".repeat(254) },
    want: `namespace: "${"n".repeat(79)}… is not valid; expected 1 to 253 bytes of UTF-8 without control characters`,
  },
  {
    title: "a name of 127 letters of two bytes",
    change: { name: "ö".repeat(127) },
    want: `name: "${"ö".repeat(79)}… is not valid; expected 1 to 253 bytes of UTF-8 without control characters`,
  },
  {
    title: "NUL in a name, which PostgreSQL cannot keep",
    change: { name: "a\u0000b" },
    want: String.raw`name: "a\u0000b" is not valid; expected 1 to 253 bytes of UTF-8 without control characters`,
  },
  {
    title: "an escape sequence in a namespace",
    change: { namespace: "\u001b[31m" },
    want: String.raw`namespace: "\u001b[31m" is not valid; expected 1 to 253 bytes of UTF-8 without control characters`,
  },
  {
    title: "a name sent in no UTF-8",
    change: { name: "caf\ufffd" },
    want: 'name: "caf\ufffd" is not valid; expected 1 to 253 bytes of UTF-8 without control characters',
  },
  {
    title: "no name",
    change: { name: "" },
    want: "name: is empty; expected 1 to 253 bytes of UTF-8 without control characters",
  },
  { title: "an id that is no UUID", change: { id: "billing" }, want: 'id: "billing" is not valid; expected a UUID' },
  { title: "no id", change: { id: "" }, want: "id: is empty; expected a UUID" },
  { title: "no spec", change: { spec: undefined }, want: "spec: is missing; expected what the resource declares" },
  {
    title: "no type URL",
    change: { spec: { typeUrl: "", value: Buffer.alloc(0) } },
    want: "spec.type_url: is empty; expected 1 to 1024 bytes of UTF-8 without control characters",
  },
  {
    title: "a known type that does not decode",
    change: { spec: { typeUrl: "x/protomesh.types.v1.Process", value: Buffer.from("0a05", "hex") } },
    want: "spec.value: are not the bytes of a protomesh.types.v1.Process: field 1 at byte 0 is longer than what holds it",
  },
])("validateResource: $title", ({ change, want }) => {
  const violations = validateResource({ ...billing, ...change });
  expect(violations.map(({ field, description }) => `${field}: ${description}`)).toEqual([want]);
});

test("253 bytes are not too long", () => {
  expect(validateResource({ ...billing, namespace: "n".repeat(253), name: "n".repeat(253) })).toEqual([]);
});

test("all mistakes are told at once", () => {
  const violations = validateResource({ namespace: "", id: "x", name: "", spec: undefined, version: undefined });
  expect(violations.map(({ field }) => field)).toEqual(["namespace", "id", "name", "spec"]);
});

test("an unknown type is accepted, whatever its bytes", () => {
  expect(
    validateSpec({ kind: "unknown", typeUrl: "type.example.com/acme.v1.Widget", value: Buffer.from("ff", "hex") }),
  ).toEqual([]);
});

test("an absent spec has no type", () => {
  expect(validateSpec(decodeSpec(undefined)).map(({ field }) => field)).toEqual(["spec.type_url"]);
});

test("namespaces and ids of requests are checked under the request's own field names", () => {
  expect(validateNamespace("", "namespace")).toHaveLength(1);
  expect(validateNamespace("default")).toEqual([]);
  expect(validateId("x", "resource_ids[2]")).toMatchObject([
    { field: "resource_ids[2]", description: '"x" is not valid; expected a UUID' },
  ]);
});
