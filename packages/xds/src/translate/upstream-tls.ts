import { isIP } from "node:net";
import type { Service } from "@protomesh/core/api";
import { Cluster_TransportSocketMatch, type Cluster } from "../generated/envoy/config/cluster/v3/cluster.js";
import { TransportSocket } from "../generated/envoy/config/core/v3/base.js";
import { SubjectAltNameMatcher_SanType } from "../generated/envoy/extensions/transport_sockets/tls/v3/common.js";
import { UpstreamTlsContext } from "../generated/envoy/extensions/transport_sockets/tls/v3/tls.js";
import { packed } from "./any.js";

/** The metadata of an endpoint by which its cluster finds the TLS settings for it. */
const matchMetadata = "envoy.transport_socket_match";
const nameKey = "tls_name";

/**
 * How a cluster speaks TLS to instances whose certificates are for the given names. Every connection is verified,
 * whichever instance it is for: one that no name was planned for is verified for the first of the names, and fails.
 * @param names sorted
 * @param caPath the CA bundle, a file on Envoy's host
 */
export function upstreamTlsOf(
  service: Service,
  names: readonly string[],
  caPath: string,
): Pick<Cluster, "transportSocket" | "transportSocketMatches"> {
  const transportSocket = transportSocketOf(service, names[0] ?? service.serviceName, caPath);
  if (names.length < 2) return { transportSocket, transportSocketMatches: [] };
  const transportSocketMatches = names.map((name) =>
    Cluster_TransportSocketMatch.fromPartial({
      name,
      match: { [nameKey]: name },
      transportSocket: transportSocketOf(service, name, caPath),
    }),
  );
  return { transportSocket, transportSocketMatches };
}

/** The metadata of an endpoint in a cluster with several names. */
export function tlsMetadataOf(name: string): { filterMetadata: Record<string, Record<string, string>> } {
  return { filterMetadata: { [matchMetadata]: { [nameKey]: name } } };
}

function transportSocketOf(service: Service, name: string, caPath: string): TransportSocket {
  const isAddress = isIP(name) !== 0;
  const sanType = isAddress ? SubjectAltNameMatcher_SanType.IP_ADDRESS : SubjectAltNameMatcher_SanType.DNS;
  const isHttp2 = service.instanceApplicationProtocolOptions?.$case === "instanceHttp2Options";
  const context = UpstreamTlsContext.fromPartial({
    // An address is no server name: RFC 6066 allows only host names there.
    sni: isAddress ? "" : name,
    commonTlsContext: {
      alpnProtocols: [isHttp2 ? "h2" : "http/1.1"],
      validationContextType: {
        $case: "validationContext",
        value: {
          trustedCa: { specifier: { $case: "filename", value: caPath } },
          matchTypedSubjectAltNames: [{ sanType, matcher: { matchPattern: { $case: "exact", value: name } } }],
        },
      },
    },
  });
  return TransportSocket.fromPartial({
    name: "envoy.transport_sockets.tls",
    configType: { $case: "typedConfig", value: packed(UpstreamTlsContext, context) },
  });
}
