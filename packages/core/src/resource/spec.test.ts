import { expect, test } from "vitest";
import { GatewayPolicy, HttpMethod } from "../api.js";
import { isKind } from "./kind.js";
import { decodeSpec, encodeSpec } from "./spec.js";
import { vector, vectors } from "./vectors/vectors.js";

const node = "type.googleapis.com/protomesh.types.v1.NetworkingNode";
const known = vectors.filter(({ spec }) => isKind(decodeSpec(spec).kind));
/** Their bytes are in no canonical order or hold what this build does not know. */
const special = [
  "type URL with a foreign host",
  "spec value with fields out of order: hashed as sent",
  "spec value with an unknown field (100): hashed as sent",
];

test.each(known.filter(({ title }) => !special.includes(title)))(
  "encodeSpec writes the bytes that the existing implementation writes: $title",
  ({ spec }) => {
    const decoded = decodeSpec(spec);
    if (decoded.kind === "unknown" || decoded.kind === "undecodable") throw new Error("filtered above");
    expect(encodeSpec(decoded)).toEqual(spec);
  },
);

test("most vectors are of a known kind", () => {
  expect(known.length).toBeGreaterThan(20);
});

test("a service in odd field order decodes as any other", () => {
  const { spec } = vector("spec value with fields out of order: hashed as sent");
  expect(decodeSpec(spec)).toMatchObject({
    kind: "service",
    value: { serviceName: "backwards", xdsClusterName: "xds-cluster" },
  });
});

test("a field that this build does not know is passed over", () => {
  const { spec } = vector("spec value with an unknown field (100): hashed as sent");
  expect(decodeSpec(spec)).toMatchObject({ kind: "service", value: { serviceName: "future" } });
});

test("an unknown type keeps its bytes", () => {
  const { spec } = vector("unknown type URL");
  expect(decodeSpec(spec)).toEqual({ kind: "unknown", typeUrl: spec.typeUrl, value: spec.value });
});

test("an absent spec is unknown and has no type", () => {
  expect(decodeSpec(undefined)).toEqual({ kind: "unknown", typeUrl: "", value: new Uint8Array() });
});

test("a gateway policy is its own declaration", () => {
  const value = GatewayPolicy.fromPartial({ source: { $case: "http", value: { method: HttpMethod.GET, path: "/" } } });
  expect(decodeSpec(encodeSpec({ kind: "gateway_policy", value }))).toEqual({ kind: "gateway_policy", value });
});

test.each([
  { title: "cut off in a length", hex: "12", reason: "cut off at byte 1" },
  {
    title: "a member longer than the bytes",
    hex: "12050a0161",
    reason: "field 2 at byte 0 is longer than what holds it",
  },
  {
    title: "a name longer than its service",
    hex: "12030a05611a0462626262",
    reason: "field 1 at byte 2 is longer than what holds it",
  },
  {
    title: "a stray end of group, at which generated decoders stop without a word",
    hex: "0c12030a0161",
    reason: "field 1 at byte 0 has wire type 4, which proto3 does not have",
  },
  { title: "field number 0", hex: "0007", reason: "no valid field tag at byte 0" },
  { title: "an endless number", hex: "08" + "ff".repeat(11), reason: "a number of more than 10 bytes at byte 1" },
  { title: "text that is not UTF-8", hex: "12030a01ff", reason: "Service.service_name at byte 2 is not valid UTF-8" },
])("undecodable: $title", ({ hex, reason }) => {
  expect(decodeSpec({ typeUrl: node, value: Buffer.from(hex, "hex") })).toEqual({
    kind: "undecodable",
    typeUrl: node,
    reason,
  });
});

test("damaged bytes of an unknown type are none of our business", () => {
  expect(decodeSpec({ typeUrl: "x/acme.v1.Widget", value: Buffer.from("12", "hex") })).toMatchObject({
    kind: "unknown",
  });
});
