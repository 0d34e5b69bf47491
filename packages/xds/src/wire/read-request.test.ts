import { expect, test } from "vitest";
import { DeltaDiscoveryRequest, DiscoveryRequest } from "../generated/envoy/service/discovery/v3/discovery.js";
import { readDeltaRequest, readSotwRequest } from "./read-request.js";

const node = {
  id: "n1",
  cluster: "edge",
  metadata: { key: "value" },
  locality: { region: "eu" },
  userAgentName: "envoy",
  userAgentVersionType: {
    $case: "userAgentBuildVersion",
    value: { version: { majorNumber: 1, minorNumber: 40 }, metadata: { revision: "abc" } },
  },
  extensions: Array.from({ length: 300 }, (_, index) => ({ name: `extension-${index}`, category: "filters" })),
  clientFeatures: ["x"],
} as const satisfies Parameters<typeof DiscoveryRequest.fromPartial>[0]["node"] & object;

test("a state-of-the-world request, of whose node only what is used is read", () => {
  const bytes = DiscoveryRequest.encode(
    DiscoveryRequest.fromPartial({
      versionInfo: "v",
      node: { ...node, extensions: [...node.extensions], clientFeatures: [...node.clientFeatures] },
      resourceNames: ["a", "b"],
      typeUrl: "t",
      responseNonce: "7",
      errorDetail: { code: 13, message: "no" },
    }),
  ).finish();
  expect(readSotwRequest(bytes)).toEqual({
    version: "v",
    node: { id: "n1", cluster: "edge", userAgent: "envoy 1.40.0" },
    names: ["a", "b"],
    typeUrl: "t",
    nonce: "7",
    error: "no",
  });
});

test("an incremental request", () => {
  const bytes = DeltaDiscoveryRequest.encode(
    DeltaDiscoveryRequest.fromPartial({
      node: { id: "n1", userAgentName: "grpc", userAgentVersionType: { $case: "userAgentVersion", value: "1.2" } },
      typeUrl: "t",
      resourceNamesSubscribe: ["a", "b"],
      resourceNamesUnsubscribe: ["c"],
      initialResourceVersions: { a: "1", b: "" },
      responseNonce: "7",
      errorDetail: { code: 13, message: "no" },
    }),
  ).finish();
  expect(readDeltaRequest(bytes)).toEqual({
    node: { id: "n1", cluster: "", userAgent: "grpc 1.2" },
    subscribe: ["a", "b"],
    unsubscribe: ["c"],
    held: new Map([
      ["a", "1"],
      ["b", ""],
    ]),
    typeUrl: "t",
    nonce: "7",
    error: "no",
  });
});

test.each([
  { read: readSotwRequest, want: { version: "", names: [], typeUrl: "", nonce: "" } },
  { read: readDeltaRequest, want: { subscribe: [], unsubscribe: [], held: new Map(), typeUrl: "", nonce: "" } },
])("an empty message says nothing: $read.name", ({ read, want }) => {
  expect(read(new Uint8Array())).toEqual({ ...want, node: undefined, error: undefined });
});

test("a rejection without a word is one all the same", () => {
  const bytes = DiscoveryRequest.encode(DiscoveryRequest.fromPartial({ errorDetail: {} })).finish();
  expect(readSotwRequest(bytes).error).toBe("rejected without a reason");
});

test.each([{ read: readSotwRequest }, { read: readDeltaRequest }])(
  "damaged bytes are refused: $read.name",
  ({ read }) => {
    expect(() => read(Uint8Array.of(0x1a, 0x50, 0x61))).toThrow("premature EOF");
  },
);
