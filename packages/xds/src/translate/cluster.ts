import type { Service } from "@protomesh/core/api";
import {
  Cluster,
  Cluster_DiscoveryType,
  Cluster_DnsLookupFamily,
} from "../generated/envoy/config/cluster/v3/cluster.js";
import type { Any } from "../generated/google/protobuf/any.js";
import {
  HttpProtocolOptions,
  HttpProtocolOptions_ExplicitHttpConfig,
} from "../generated/envoy/extensions/upstreams/http/v3/http_protocol_options.js";
import type { PlannedCluster } from "../network/clusters.js";
import { packed } from "./any.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { bounded } from "./duration.js";
import { assignmentOf } from "./endpoints.js";
import { instancesOf, isHostName, tlsNameOf } from "./instances.js";
import { upstreamTlsOf } from "./upstream-tls.js";

export interface ClusterOptions {
  readonly sources: Sources;
  /** The CA bundle that instances' certificates are checked against, a file on Envoy's host. */
  readonly caPath: string;
}

/**
 * The cluster of a service. Its instances come by EDS, unless one of them is a host name, which EDS does not take: then
 * they stand in the cluster, and Envoy resolves them.
 */
export function clusterOf({ service, sets }: PlannedCluster, { sources, caPath }: ClusterOptions): Cluster {
  const { value } = service;
  const instances = instancesOf(sets);
  const tlsNames = [...new Set(instances.map(tlsNameOf))].sort();
  return Cluster.fromPartial({
    name: value.serviceName,
    connectTimeout: isPositive(value.connectTimeout) ? bounded(value.connectTimeout) : undefined,
    typedExtensionProtocolOptions: { [HttpProtocolOptions.$type]: httpOptionsOf(value) },
    ...(value.enableTlsTransport ? upstreamTlsOf(value, tlsNames, caPath) : {}),
    ...(instances.some(isHostName)
      ? {
          clusterDiscoveryType: { $case: "type", value: Cluster_DiscoveryType.STRICT_DNS },
          dnsLookupFamily: Cluster_DnsLookupFamily.V4_PREFERRED,
          loadAssignment: assignmentOf(value.serviceName, instances, value.enableTlsTransport),
        }
      : {
          clusterDiscoveryType: { $case: "type", value: Cluster_DiscoveryType.EDS },
          edsClusterConfig: { edsConfig: configSourceOf(sources, value.xdsClusterName) },
        }),
  });
}

/** HTTP/1.1 unless HTTP/2 is declared. */
function httpOptionsOf({ instanceApplicationProtocolOptions: options }: Service): Any {
  const explicit = HttpProtocolOptions_ExplicitHttpConfig.fromPartial({
    protocolConfig:
      options?.$case === "instanceHttp2Options"
        ? {
            $case: "http2ProtocolOptions",
            value: { maxConcurrentStreams: options.value.maxConcurrentStreams || undefined },
          }
        : { $case: "httpProtocolOptions", value: {} },
  });
  return packed(
    HttpProtocolOptions,
    HttpProtocolOptions.fromPartial({ upstreamProtocolOptions: { $case: "explicitHttpConfig", value: explicit } }),
  );
}

/** Envoy takes no connect timeout of zero. */
function isPositive(duration: Service["connectTimeout"]): boolean {
  return duration !== undefined && (duration.seconds > 0n || duration.nanos > 0);
}
