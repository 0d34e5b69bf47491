import { httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import type { Resource } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { changed, modelOf } from "../testing/models.js";
import { advancedNetwork, networkOf, type Network } from "./network.js";
import { scopeOf, type Scope } from "./scope.js";

const everyNode: Scope = { of: "every-node" };
const edge: Scope = { of: "node-cluster", name: "edge" };

interface Case {
  readonly title: string;
  /** The oldest first. */
  readonly resources: readonly Resource[];
  readonly scope?: Scope;
  readonly clusters?: Record<string, string>;
  readonly ingresses?: Record<string, string>;
  readonly conflicts?: readonly (readonly [loser: string, winner: string, reason: string])[];
}

/** Resources with a name for each, by which the cases speak of them. */
const named = {
  old: service({ name: "billing", id: idOf("9") }),
  new: service({ name: "billing", id: idOf("1") }),
  forEdge: service({ name: "billing", id: idOf("2"), spec: { xdsClusterName: "edge" } }),
  forOther: service({ name: "billing", id: idOf("3"), spec: { xdsClusterName: "other" } }),
  ingress80: httpIngress({ name: "a", id: idOf("4"), spec: { listenPort: 80 } }),
  also80: httpIngress({ name: "b", id: idOf("5"), spec: { listenPort: 80 } }),
  sameName: httpIngress({ name: "a", id: idOf("6"), spec: { listenPort: 81 } }),
  edge80: httpIngress({ name: "c", id: idOf("7"), spec: { listenPort: 80, xdsClusterName: "edge" } }),
};
const nameOfId = (id: string) => Object.entries(named).find(([, resource]) => resource.id === id)?.[0] ?? id;

test.each<Case>([
  {
    title: "two services of one name: the oldest wins, the other is told",
    resources: [named.old, named.new],
    clusters: { billing: "old" },
    conflicts: [["new", "old", "NameTaken"]],
  },
  {
    title: "services of one name for different node clusters do not meet",
    resources: [named.forOther, named.forEdge],
    scope: edge,
    clusters: { billing: "forEdge" },
  },
  {
    title: "a service for every node and one for this node cluster do",
    resources: [named.old, named.forEdge],
    scope: edge,
    clusters: { billing: "old" },
    conflicts: [["forEdge", "old", "NameTaken"]],
  },
  {
    title: "what is for another node cluster is not given",
    resources: [named.forOther],
    scope: edge,
    clusters: {},
  },
  {
    title: "two ingresses of one port: the oldest wins",
    resources: [named.ingress80, named.also80],
    ingresses: { a: "ingress80" },
    conflicts: [["also80", "ingress80", "PortTaken"]],
  },
  {
    title: "two ingresses of one name: the oldest wins",
    resources: [named.ingress80, named.sameName],
    ingresses: { a: "ingress80" },
    conflicts: [["sameName", "ingress80", "NameTaken"]],
  },
  {
    title: "an ingress that lost its name holds no port either",
    resources: [named.sameName, named.ingress80, named.also80],
    ingresses: { a: "sameName", b: "also80" },
    conflicts: [["ingress80", "sameName", "NameTaken"]],
  },
  {
    title: "ports of different node clusters do not meet",
    resources: [named.edge80, named.ingress80],
    scope: { of: "node-cluster", name: "" },
    ingresses: { a: "ingress80" },
  },
])("$title", ({ resources, scope = everyNode, clusters = {}, ingresses = {}, conflicts = [] }) => {
  const network = networkOf(modelOf(...resources), scope);
  const owners = [...network.clusters].map(([name, planned]) => [name, nameOfId(planned.service.id)]);
  expect(Object.fromEntries(owners)).toEqual(clusters);
  expect(Object.fromEntries([...network.ingresses].map(([name, { id }]) => [name, nameOfId(id)]))).toEqual(ingresses);
  expect(conflictsOf(network)).toEqual(conflicts);
});

test("a cluster has every set that names its service", () => {
  const [a, b] = [
    instanceSet({ name: "billing" }),
    instanceSet({ name: "more", spec: { matchServiceNames: ["billing"] } }),
  ];
  const network = networkOf(modelOf(service(), a, b), everyNode);
  expect(network.clusters.get("billing")?.sets.map(({ id }) => id)).toEqual([a.id, b.id]);
});

test("the policies of one domain are merged, each prefix from the oldest that has it", () => {
  const [old, young] = [
    routingPolicy({ name: "old", spec: { routes: [{ matchPrefix: "/api", targetService: "a" }] } }),
    routingPolicy({
      name: "young",
      spec: {
        routes: [
          { matchPrefix: "/api/", targetService: "b" },
          { matchPrefix: "/web", targetService: "b" },
        ],
      },
    }),
  ];
  const network = networkOf(modelOf(old, young), everyNode);
  const routes = network.virtualHosts.get("public")?.get("*")?.routes;
  expect([...(routes ?? [])].map(([prefix, { route }]) => [prefix, route.targetService])).toEqual([
    ["/api", "a"],
    ["/web", "b"],
  ]);
  expect([...network.conflicts.values()].flat()).toMatchObject([
    { resourceId: young.id, winnerId: old.id, reason: "RouteTaken", message: expect.stringContaining("/api/") },
  ]);
});

test("a conflict ends with the resource that won", () => {
  const before = modelOf(named.old, named.new);
  const after = changed(before, { drop: [named.old] });
  const network = advancedNetwork(networkOf(before, everyNode), before, after, everyNode);
  expect(network.clusters.get("billing")?.service.id).toBe(named.new.id);
  expect(network.conflicts.size).toBe(0);
});

test("advancing by a change gives what making it anew gives, and keeps what the change does not concern", () => {
  const before = modelOf(
    httpIngress(),
    service(),
    service({ name: "other" }),
    instanceSet(),
    routingPolicy(),
    routingPolicy({ name: "b", spec: { domain: "b.example.com" } }),
  );
  const after = changed(before, {
    put: [instanceSet({ name: "other" }), routingPolicy({ spec: { routes: [] } })],
    drop: [httpIngress()],
  });
  const known = networkOf(before, everyNode);
  const advanced = advancedNetwork(known, before, after, everyNode);
  expect(plain(advanced)).toEqual(plain(networkOf(after, everyNode)));
  expect(advanced.clusters.get("billing")).toBe(known.clusters.get("billing"));
  expect(advanced.virtualHosts.get("public")?.get("b.example.com")).toBe(
    known.virtualHosts.get("public")?.get("b.example.com"),
  );
});

test.each([
  { title: "its own, where something is declared for it", nodeCluster: "edge", match: true, want: edge },
  {
    title: "that of all unnamed ones, where nothing is",
    nodeCluster: "x",
    match: true,
    want: { of: "node-cluster", name: "" },
  },
  { title: "everything, where node clusters are not matched", nodeCluster: "edge", match: false, want: everyNode },
])("the scope of a node: $title", ({ nodeCluster, match, want }) => {
  expect(scopeOf(modelOf(named.forEdge), nodeCluster, match)).toEqual(want);
});

function conflictsOf(network: Network) {
  return [...network.conflicts.values()]
    .flat()
    .map(({ resourceId, winnerId, reason }) => [nameOfId(resourceId), nameOfId(winnerId), reason]);
}

function plain({ clusters, ingresses, virtualHosts, conflicts }: Network) {
  return {
    clusters: new Map(clusters),
    ingresses: new Map(ingresses),
    virtualHosts: new Map([...virtualHosts].map(([name, hosts]) => [name, new Map(hosts)])),
    conflicts: new Map(conflicts),
  };
}

function idOf(digit: string): string {
  return `00000000-0000-4000-8000-00000000000${digit}`;
}
