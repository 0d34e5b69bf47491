import type { Resource, Service } from "@protomesh/core/api";
import { instanceSet, service } from "@protomesh/testing";
import { expect, test } from "vitest";
import {
  Cluster_DiscoveryType,
  Cluster_DnsLookupFamily,
  type Cluster,
} from "../generated/envoy/config/cluster/v3/cluster.js";
import { SubjectAltNameMatcher_SanType } from "../generated/envoy/extensions/transport_sockets/tls/v3/common.js";
import { UpstreamTlsContext } from "../generated/envoy/extensions/transport_sockets/tls/v3/tls.js";
import { HttpProtocolOptions } from "../generated/envoy/extensions/upstreams/http/v3/http_protocol_options.js";
import { plannedClusterOf } from "../testing/planned.js";
import { unpacked } from "../testing/unpack.js";
import { clusterOf, type ClusterOptions } from "./cluster.js";
import { configSourceOf } from "./config-source.js";

const options: ClusterOptions = { sources: { from: "ads", transport: "sotw" }, caPath: "/etc/ca.pem" };

function cluster(declared: Resource, ...sets: readonly Resource[]): Cluster {
  return clusterOf(plannedClusterOf(declared, ...sets), options);
}

function instances(...declared: { address: string; hostname?: string }[]): Resource {
  return instanceSet({ spec: { instances: declared.map((instance) => ({ port: 443, ...instance })) } });
}

test("a service is a cluster of its name, whose instances come by EDS", () => {
  const { name, clusterDiscoveryType, edsClusterConfig, loadAssignment } = cluster(
    service(),
    instances({ address: "10.0.0.1" }),
  );
  expect(name).toBe("billing");
  expect(clusterDiscoveryType).toEqual({ $case: "type", value: Cluster_DiscoveryType.EDS });
  expect(edsClusterConfig?.edsConfig).toEqual(configSourceOf({ from: "ads", transport: "sotw" }, ""));
  expect(loadAssignment).toBeUndefined();
});

test("a host name among the addresses: Envoy resolves them, IPv4 first", () => {
  const { clusterDiscoveryType, edsClusterConfig, dnsLookupFamily, loadAssignment } = cluster(
    service(),
    instances({ address: "db.internal" }, { address: "10.0.0.1" }),
  );
  expect(clusterDiscoveryType).toEqual({ $case: "type", value: Cluster_DiscoveryType.STRICT_DNS });
  expect(dnsLookupFamily).toBe(Cluster_DnsLookupFamily.V4_PREFERRED);
  expect(edsClusterConfig).toBeUndefined();
  expect(loadAssignment?.endpoints[0]?.lbEndpoints).toHaveLength(2);
});

interface ProtocolCase {
  readonly title: string;
  readonly declared: Parameters<typeof Service.fromPartial>[0];
  readonly want: object;
}

test.each<ProtocolCase>([
  {
    title: "HTTP/1.1 where nothing is said",
    declared: { instanceApplicationProtocolOptions: undefined },
    want: { $case: "httpProtocolOptions" },
  },
  {
    title: "HTTP/1.1",
    declared: { instanceApplicationProtocolOptions: { $case: "instanceHttp1Options", value: {} } },
    want: { $case: "httpProtocolOptions" },
  },
  {
    title: "HTTP/2",
    declared: { instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: {} } },
    want: { $case: "http2ProtocolOptions", value: { maxConcurrentStreams: undefined } },
  },
  {
    title: "HTTP/2 with a limit of streams",
    declared: {
      instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: { maxConcurrentStreams: 7 } },
    },
    want: { $case: "http2ProtocolOptions", value: { maxConcurrentStreams: 7 } },
  },
])("instances are spoken to by $title", ({ declared, want }) => {
  const { typedExtensionProtocolOptions } = cluster(service({ spec: declared }));
  const packed = typedExtensionProtocolOptions["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"];
  expect(unpacked(HttpProtocolOptions, packed).upstreamProtocolOptions).toMatchObject({
    $case: "explicitHttpConfig",
    value: { protocolConfig: want },
  });
});

test.each([
  { title: "as declared", connectTimeout: { seconds: 0n, nanos: 5 }, want: { seconds: 0n, nanos: 5 } },
  { title: "Envoy's own for zero, which Envoy refuses", connectTimeout: { seconds: 0n, nanos: 0 }, want: undefined },
  { title: "Envoy's own where none is declared", connectTimeout: undefined, want: undefined },
])("connect timeout: $title", ({ connectTimeout, want }) => {
  expect(cluster(service({ spec: { connectTimeout } })).connectTimeout).toEqual(want);
});

test("without TLS the transport is plain", () => {
  expect(cluster(service(), instances({ address: "10.0.0.1" })).transportSocket).toBeUndefined();
});

const { DNS, IP_ADDRESS } = SubjectAltNameMatcher_SanType;

interface TlsCase {
  readonly title: string;
  readonly declared: Parameters<typeof instances>;
  readonly sni: string;
  readonly san: readonly [SubjectAltNameMatcher_SanType, string];
}

test.each<TlsCase>([
  {
    title: "for the instance's host name",
    declared: [{ address: "10.0.0.1", hostname: "DB.internal" }],
    sni: "db.internal",
    san: [DNS, "db.internal"],
  },
  {
    title: "for an address that is a host name",
    declared: [{ address: "db.internal" }],
    sni: "db.internal",
    san: [DNS, "db.internal"],
  },
  {
    title: "for an IP address, which is no server name",
    declared: [{ address: "10.0.0.1" }],
    sni: "",
    san: [IP_ADDRESS, "10.0.0.1"],
  },
  { title: "for the service's name while there are no instances", declared: [], sni: "billing", san: [DNS, "billing"] },
])("under TLS instances are verified $title", ({ declared, sni, san: [sanType, value] }) => {
  const { transportSocket, transportSocketMatches } = cluster(tlsService(), instances(...declared));
  expect(transportSocketMatches).toEqual([]);
  expect(contextOf(transportSocket)).toMatchObject({
    sni,
    commonTlsContext: {
      alpnProtocols: ["http/1.1"],
      validationContextType: {
        $case: "validationContext",
        value: {
          trustedCa: { specifier: { $case: "filename", value: "/etc/ca.pem" } },
          matchTypedSubjectAltNames: [{ sanType, matcher: { matchPattern: { $case: "exact", value } } }],
        },
      },
    },
  });
});

test("under TLS with several names, each has settings of its own, and nothing is unverified", () => {
  const { transportSocket, transportSocketMatches } = cluster(
    tlsService(),
    instances({ address: "10.0.0.2", hostname: "b.internal" }, { address: "10.0.0.1", hostname: "a.internal" }),
  );
  expect(transportSocketMatches.map(({ match, transportSocket: own }) => [match, contextOf(own).sni])).toEqual([
    [{ tls_name: "a.internal" }, "a.internal"],
    [{ tls_name: "b.internal" }, "b.internal"],
  ]);
  expect(contextOf(transportSocket).sni).toBe("a.internal");
});

test("under TLS HTTP/2 is agreed on by ALPN", () => {
  const { transportSocket } = cluster(
    tlsService({ instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: {} } }),
  );
  expect(contextOf(transportSocket).commonTlsContext?.alpnProtocols).toEqual(["h2"]);
});

function tlsService(spec: object = {}): Resource {
  return service({ spec: { enableTlsTransport: true, ...spec } });
}

function contextOf(socket: Cluster["transportSocket"]): UpstreamTlsContext {
  return unpacked(UpstreamTlsContext, socket?.configType?.value);
}
