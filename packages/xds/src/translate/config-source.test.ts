import { expect, test } from "vitest";
import {
  ApiConfigSource_ApiType,
  ApiVersion,
  type ConfigSource,
} from "../generated/envoy/config/core/v3/config_source.js";
import { configSourceOf, type Sources } from "./config-source.js";

const perType = (transport: "sotw" | "delta"): Sources => ({
  from: "management-cluster",
  transport,
  nodeCluster: "edge",
});

test("on an aggregated stream everything comes by it", () => {
  const source = configSourceOf({ from: "ads", transport: "sotw" }, "anything");
  expect(source.configSourceSpecifier).toEqual({ $case: "ads", value: {} });
  expect(source.resourceApiVersion).toBe(ApiVersion.V3);
});

test.each([
  { title: "the cluster that the declaration names", named: "xds", cluster: "xds" },
  { title: "else the one that the node's cluster names", named: "", cluster: "edge" },
])("on streams of one type, $title", ({ named, cluster }) => {
  expect(apiOf(configSourceOf(perType("sotw"), named)).grpcServices).toMatchObject([
    { targetSpecifier: { $case: "envoyGrpc", value: { clusterName: cluster } } },
  ]);
});

test.each([
  { transport: "sotw", apiType: ApiConfigSource_ApiType.GRPC },
  { transport: "delta", apiType: ApiConfigSource_ApiType.DELTA_GRPC },
] as const)("a client that came by $transport goes on so", ({ transport, apiType }) => {
  expect(apiOf(configSourceOf(perType(transport), ""))).toMatchObject({ apiType, transportApiVersion: ApiVersion.V3 });
});

function apiOf({ configSourceSpecifier: specifier }: ConfigSource) {
  if (specifier?.$case !== "apiConfigSource") throw new Error(`${specifier?.$case} where a gRPC source was expected`);
  return specifier.value;
}
