import { httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import type { Resource } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { changed, modelOf } from "../testing/models.js";
import { advancedNetwork, conflictsOf, networkOf, type Network } from "./network.js";
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
  /** The second is the winner, or the name of what is missing. */
  readonly conflicts?: readonly (readonly [loser: string, stands: string, reason: string])[];
}

const edgeRoutes = {
  ingressName: "a",
  domain: "edge.example.com",
  xdsClusterName: "edge",
  routes: [{ matchPrefix: "/", targetService: "billing" }],
};

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
  set: instanceSet({ name: "billing", id: idOf("8") }),
  policy: routingPolicy({ id: idOf("a"), spec: { ingressName: "a" } }),
  edgePolicy: routingPolicy({ name: "edge", id: idOf("b"), spec: edgeRoutes }),
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
  {
    title: "a policy of an ingress that is not there",
    resources: [named.policy, named.old],
    clusters: { billing: "old" },
    conflicts: [["policy", "a", "IngressMissing"]],
  },
  {
    title: "a policy of an ingress that lost its port",
    resources: [named.also80, named.ingress80, named.policy, named.old],
    clusters: { billing: "old" },
    ingresses: { b: "also80" },
    conflicts: [
      ["ingress80", "also80", "PortTaken"],
      ["policy", "a", "IngressMissing"],
    ],
  },
  {
    title: "a policy of an ingress that lost its name to another keeps its ingress",
    resources: [named.sameName, named.ingress80, named.policy, named.old],
    clusters: { billing: "old" },
    ingresses: { a: "sameName" },
    conflicts: [["ingress80", "sameName", "NameTaken"]],
  },
  {
    title: "a route to a service that is not there",
    resources: [named.ingress80, named.policy],
    ingresses: { a: "ingress80" },
    conflicts: [["policy", "billing", "ServiceMissing"]],
  },
  {
    title: "a route to a service that these nodes do not get",
    resources: [named.ingress80, named.edgePolicy, named.forOther, named.set],
    scope: edge,
    ingresses: { a: "ingress80" },
    conflicts: [["edgePolicy", "billing", "ServiceMissing"]],
  },
  {
    title: "instances of a service that no node has",
    resources: [named.set],
    conflicts: [["set", "billing", "ServiceMissing"]],
  },
  {
    title: "what is for other nodes misses nothing here",
    resources: [named.edgePolicy],
    scope: { of: "node-cluster", name: "other" },
  },
])("$title", ({ resources, scope = everyNode, clusters = {}, ingresses = {}, conflicts = [] }) => {
  const network = networkOf(modelOf(...resources), scope);
  const owners = [...network.clusters].map(([name, planned]) => [name, nameOfId(planned.service.id)]);
  expect(Object.fromEntries(owners)).toEqual(clusters);
  expect(Object.fromEntries([...network.ingresses].map(([name, { id }]) => [name, nameOfId(id)]))).toEqual(ingresses);
  expect(told(network)).toEqual(conflicts);
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
  const network = networkOf(
    modelOf(old, young, httpIngress(), service({ name: "a" }), service({ name: "b" })),
    everyNode,
  );
  const routes = network.virtualHosts.get("public")?.get("*")?.routes;
  expect([...(routes ?? [])].map(([prefix, { route }]) => [prefix, route.targetService])).toEqual([
    ["/api", "a"],
    ["/web", "b"],
  ]);
  expect(conflictsOf(network)).toMatchObject([
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

interface Mending {
  readonly title: string;
  readonly before: readonly Resource[];
  readonly put?: readonly Resource[];
  readonly drop?: readonly Resource[];
  /** How many conflicts there are before and after. */
  readonly want: readonly [before: number, after: number];
}

const routed = [named.ingress80, named.policy, named.old, named.set];

test.each<Mending>([
  {
    title: "the ingress comes",
    before: [named.policy, named.old],
    put: [named.ingress80],
    want: [1, 0],
  },
  {
    title: "the port gets free",
    before: [named.also80, named.ingress80, named.policy, named.old],
    drop: [named.also80],
    want: [2, 0],
  },
  { title: "the ingress goes", before: routed, drop: [named.ingress80], want: [0, 1] },
  { title: "the service comes", before: [named.ingress80, named.policy, named.set], put: [named.old], want: [2, 0] },
  { title: "the service goes", before: routed, drop: [named.old], want: [0, 2] },
  { title: "the policy goes", before: [named.policy, named.edgePolicy], drop: [named.policy], want: [4, 2] },
  {
    title: "the policy looks elsewhere",
    before: [named.ingress80, named.policy],
    put: [routingPolicy({ id: named.policy.id, spec: { ingressName: "a", routes: [] } })],
    want: [1, 0],
  },
])("conflicts follow their causes: $title", ({ before, put = [], drop = [], want }) => {
  const model = modelOf(...before);
  const after = changed(model, { put, drop });
  const known = networkOf(model, everyNode);
  const advanced = advancedNetwork(known, model, after, everyNode);
  expect([conflictsOf(known).length, conflictsOf(advanced).length]).toEqual(want);
  expect(told(advanced)).toEqual(told(networkOf(after, everyNode)));
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

test("a change of what has a name costs it nothing, and gives the name to nobody else", () => {
  const before = modelOf(named.old, named.new, named.ingress80, named.also80);
  const after = changed(before, { put: [named.old, named.ingress80] });
  const taken = [
    ["also80", "ingress80", "PortTaken"],
    ["new", "old", "NameTaken"],
  ];
  expect(told(networkOf(before, everyNode))).toEqual(taken);
  expect(told(networkOf(after, everyNode))).toEqual(taken);
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

function told(network: Network) {
  return conflictsOf(network)
    .map((conflict) => {
      const stands =
        conflict.reason === "DomainNotScoped"
          ? ""
          : "winnerId" in conflict
            ? nameOfId(conflict.winnerId)
            : conflict.missing;
      return [nameOfId(conflict.resourceId), stands, conflict.reason];
    })
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

function plain({ clusters, ingresses, virtualHosts, missingServices, conflicts }: Network) {
  return {
    missingServices: new Map(missingServices),
    clusters: new Map(clusters),
    ingresses: new Map(ingresses),
    virtualHosts: new Map([...virtualHosts].map(([name, hosts]) => [name, new Map(hosts)])),
    conflicts: new Map(conflicts),
  };
}

function idOf(digit: string): string {
  return `00000000-0000-4000-8000-00000000000${digit}`;
}
