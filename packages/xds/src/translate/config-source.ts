import { ApiConfigSource_ApiType, ApiVersion, ConfigSource } from "../generated/envoy/config/core/v3/config_source.js";

/** The two protocols: state of the world, and incremental. */
export type Transport = "sotw" | "delta";

/** How a client gets the resources that others refer to: as it got those. */
export type Sources =
  /** Everything on one aggregated stream. */
  | { readonly from: "ads"; readonly transport: Transport }
  /** A stream for each type, from a cluster of the client's bootstrap. */
  | { readonly from: "management-cluster"; readonly transport: Transport; readonly nodeCluster: string };

/**
 * Where a client finds what a resource refers to.
 * @param xdsClusterName the management cluster that the declaration names; empty: the node's own `cluster` names it. A
 *   cluster that is not in the client's bootstrap makes it reject the resource.
 */
export function configSourceOf(sources: Sources, xdsClusterName: string): ConfigSource {
  if (sources.from === "ads") {
    return ConfigSource.fromPartial({
      configSourceSpecifier: { $case: "ads", value: {} },
      resourceApiVersion: ApiVersion.V3,
    });
  }
  const clusterName = xdsClusterName === "" ? sources.nodeCluster : xdsClusterName;
  return ConfigSource.fromPartial({
    configSourceSpecifier: {
      $case: "apiConfigSource",
      value: {
        apiType: sources.transport === "delta" ? ApiConfigSource_ApiType.DELTA_GRPC : ApiConfigSource_ApiType.GRPC,
        transportApiVersion: ApiVersion.V3,
        grpcServices: [{ targetSpecifier: { $case: "envoyGrpc", value: { clusterName } } }],
        setNodeOnFirstMessageOnly: true,
      },
    },
    resourceApiVersion: ApiVersion.V3,
  });
}
