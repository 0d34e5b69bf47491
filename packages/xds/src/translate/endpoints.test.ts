import type { InstanceSet_Instance, Resource } from "@protomesh/core/api";
import { instanceSet, service } from "@protomesh/testing";
import { expect, test } from "vitest";
import type { ClusterLoadAssignment } from "../generated/envoy/config/endpoint/v3/endpoint.js";
import { plannedClusterOf } from "../testing/planned.js";
import { endpointsOf } from "./endpoints.js";

type Instance = Parameters<typeof InstanceSet_Instance.fromPartial>[0];

let sets = 0;
/** A set of instances of the service `billing`. */
function set(...instances: Instance[]): Resource {
  return instanceSet({ name: `set-${++sets}`, spec: { instances, matchServiceNames: ["billing"] } });
}

interface Locality {
  readonly region?: string;
  readonly zone?: string;
  readonly weight: number;
  readonly hosts: readonly string[];
}

interface Case {
  readonly title: string;
  readonly sets: readonly Resource[];
  readonly want: readonly Locality[];
}

const a: Instance = { address: "10.0.0.1", port: 80 };
const b: Instance = { address: "10.0.0.2", port: 80 };

test.each<Case>([
  { title: "no set: empty, so that Envoy forgets its hosts", sets: [], want: [] },
  { title: "a set without instances: empty", sets: [set()], want: [] },
  { title: "one set", sets: [set(a, b)], want: [{ weight: 2, hosts: ["10.0.0.1:80", "10.0.0.2:80"] }] },
  {
    title: "several sets: their union, in an order that is not theirs",
    sets: [set(b), set(a)],
    want: [{ weight: 2, hosts: ["10.0.0.1:80", "10.0.0.2:80"] }],
  },
  { title: "the same place twice: once", sets: [set(a, a), set(a)], want: [{ weight: 1, hosts: ["10.0.0.1:80"] }] },
  {
    title: "the same IPv6 address in two spellings: once",
    sets: [set({ address: "::1", port: 80 }), set({ address: "0:0:0:0:0:0:0:1", port: 80 })],
    want: [{ weight: 1, hosts: ["::1:80"] }],
  },
  {
    title: "an IPv6 address of one link, in two spellings: once, with the link",
    sets: [set({ address: "fe80::1%eth0", port: 80 }), set({ address: "FE80:0::1%eth0", port: 80 })],
    want: [{ weight: 1, hosts: ["fe80::1%eth0:80"] }],
  },
  {
    title: "by locality, each with a weight",
    sets: [
      set({ ...a, region: "eu", zone: "2" }, { ...b, region: "eu", zone: "1" }),
      set({ address: "10.0.0.3", port: 80, region: "eu", zone: "1" }),
    ],
    want: [
      { region: "eu", zone: "1", weight: 2, hosts: ["10.0.0.2:80", "10.0.0.3:80"] },
      { region: "eu", zone: "2", weight: 1, hosts: ["10.0.0.1:80"] },
    ],
  },
  {
    title: "the same place in two localities: where the oldest set has it",
    sets: [set({ ...a, zone: "1" }), set({ ...a, zone: "2" })],
    want: [{ zone: "1", weight: 1, hosts: ["10.0.0.1:80"] }],
  },
  {
    title: "an instance that speaks UDP is left out",
    sets: [set(a, { ...b, transportProtocol: "TRANSPORT_PROTOCOL_UDP" })],
    want: [{ weight: 1, hosts: ["10.0.0.1:80"] }],
  },
])("endpointsOf: $title", ({ sets: declared, want }) => {
  const assignment = endpointsOf(plannedClusterOf(service(), ...declared));
  expect(assignment?.clusterName).toBe("billing");
  expect(assignment && localities(assignment)).toEqual(want.map((locality) => ({ region: "", zone: "", ...locality })));
});

test("a host name among the addresses: nothing by EDS, as the cluster resolves it", () => {
  expect(endpointsOf(plannedClusterOf(service(), set(a, { address: "db.internal", port: 80 })))).toBeUndefined();
});

test("an instance keeps its host name, which health checks and certificates ask for", () => {
  const assignment = endpointsOf(plannedClusterOf(service(), set({ ...a, hostname: "db.internal" })));
  expect(hosts(assignment).map(({ hostname }) => hostname)).toEqual(["db.internal"]);
});

test("under TLS with certificates for several names, each endpoint says which is its own", () => {
  const tls = service({ spec: { enableTlsTransport: true } });
  const several = endpointsOf(
    plannedClusterOf(tls, set({ ...a, hostname: "a.internal" }, { ...b, hostname: "b.internal" })),
  );
  expect(several?.endpoints[0]?.lbEndpoints.map(({ metadata }) => metadata?.filterMetadata)).toEqual([
    { "envoy.transport_socket_match": { tls_name: "a.internal" } },
    { "envoy.transport_socket_match": { tls_name: "b.internal" } },
  ]);
  const one = endpointsOf(
    plannedClusterOf(tls, set({ ...a, hostname: "a.internal" }, { ...b, hostname: "a.internal" })),
  );
  expect(one?.endpoints[0]?.lbEndpoints.map(({ metadata }) => metadata)).toEqual([undefined, undefined]);
});

function localities({ endpoints }: ClusterLoadAssignment): Locality[] {
  return endpoints.map(({ locality, lbEndpoints, loadBalancingWeight }) => ({
    region: locality?.region ?? "",
    zone: locality?.zone ?? "",
    weight: loadBalancingWeight ?? 0,
    hosts: lbEndpoints.map(({ hostIdentifier }) => {
      const address = hostIdentifier?.$case === "endpoint" ? hostIdentifier.value.address?.address : undefined;
      return address?.$case === "socketAddress" ? `${address.value.address}:${address.value.portSpecifier?.value}` : "";
    }),
  }));
}

function hosts(assignment: ClusterLoadAssignment | undefined) {
  return (assignment?.endpoints ?? []).flatMap(({ lbEndpoints }) =>
    lbEndpoints.flatMap(({ hostIdentifier }) => (hostIdentifier?.$case === "endpoint" ? [hostIdentifier.value] : [])),
  );
}
