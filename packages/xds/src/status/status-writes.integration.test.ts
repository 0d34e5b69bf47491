import { instanceResourceId } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import { httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AggregatedDiscoveryServiceClient } from "../generated/envoy/service/discovery/v3/ads.js";
import { Environment, reporter } from "../testing/environment.js";
import { ObedientNode } from "../testing/obedient-node.js";
import { RawClients } from "../testing/raw-client.js";

const everywhere = (nodes: number) => `AllNodes: programmed on ${nodes} of ${nodes} node${nodes === 1 ? "" : "s"}`;

let environment: Environment;
let clients: RawClients;

beforeEach(async () => {
  environment = await Environment.start([httpIngress(), service(), instanceSet(), policy(0)]);
  clients = new RawClients(environment.xdsAddress);
});

afterEach(async () => {
  clients.close();
  await environment.stop();
});

function policy(number: number, prefix = "/"): Resource {
  const routes = [{ matchPrefix: prefix, targetService: "billing" }];
  return routingPolicy({ name: `policy-${number}`, spec: { domain: `host-${number}.example.com`, routes } });
}

const programmed = (resource: Resource) => environment.statusOf(resource)["Programmed"];

function connect(count: number): ObedientNode[] {
  const client = clients.of(AggregatedDiscoveryServiceClient);
  return Array.from({ length: count }, (_, at) => new ObedientNode(client.deltaAggregatedResources(), `edge-${at}`));
}

test("a thousand routes at once cost at most a hundred writes, also where they come one by one", async () => {
  connect(1);
  await expect.poll(() => programmed(policy(0))).toBe(everywhere(1));
  const before = environment.store.statuses.requests;
  for (let number = 1; number <= 1_000; number++) environment.store.put(policy(number));
  await expect.poll(() => programmed(policy(1_000))).toBe(everywhere(1));
  expect(Array.from({ length: 1_000 }, (_, at) => programmed(policy(at + 1)))).toEqual(
    Array.from({ length: 1_000 }, () => everywhere(1)),
  );
  expect(environment.store.statuses.requests - before).toBeLessThanOrEqual(100);
});

test("a change that a thousand nodes accept costs a few writes, not a thousand", async () => {
  connect(1_000);
  await expect.poll(() => programmed(policy(0))).toBe(everywhere(1_000));
  const before = environment.store.statuses.requests;
  environment.store.put(policy(0, "/changed"));
  await expect.poll(() => environment.store.statuses.of(policy(0).id, reporter)?.observedIndex).toBe(2n);
  await expect.poll(() => programmed(policy(0))).toBe(everywhere(1_000));
  expect(environment.store.statuses.requests - before).toBeLessThanOrEqual(20);
});

const details = () => environment.store.statuses.of(instanceResourceId, reporter)?.details;

test("the instance names its nodes, up to a hundred, and counts all", async () => {
  connect(150);
  await expect.poll(() => details()?.["connected"]).toBe("150");
  const nodes: unknown = JSON.parse(details()?.["nodes"] ?? "");
  expect(nodes).toHaveLength(100);
  expect(nodes).toContainEqual(expect.objectContaining({ cluster: "edge", transport: "delta ads", revision: 1 }));
});

test("a node that another instance programs is not waited for here; one that nobody has is", async () => {
  const [moves, stops] = connect(2);
  await expect.poll(() => programmed(policy(0))).toBe(everywhere(2));
  moves?.leave();
  stops?.leave();
  environment.store.put(policy(0, "/changed"));
  await expect
    .poll(() => programmed(policy(0)))
    .toBe("Pending: programmed on 0 of 2 nodes; edge-0 and 1 other are not connected");
  for (const beat of ["1", "2"]) {
    environment.store.statuses.put({
      namespace: "default",
      resourceId: "00000000-0000-0000-0000-000000000000",
      reporter: "xds/other",
      observedIndex: 1n,
      conditions: [],
      details: { beat, nodes: JSON.stringify([{ id: "edge-0" }]) },
      reportedAt: undefined,
    });
  }
  await expect.poll(() => programmed(policy(0))).toBe("Pending: programmed on 0 of 1 node; edge-1 is not connected");
});

test("what is for the nodes of one cluster counts these alone, and waits where there are none", async () => {
  const client = clients.of(AggregatedDiscoveryServiceClient);
  const join = (id: string, cluster: string) => new ObedientNode(client.deltaAggregatedResources(), id, cluster);
  join("edge-1", "edge");
  join("edge-2", "edge");
  join("inner-1", "inner");
  const of = (name: string, xdsClusterName: string) => service({ name, spec: { xdsClusterName } });
  environment.store.put(of("for-edge", "edge"), of("for-inner", "inner"), of("for-none", "none"), of("for-all", ""));
  await expect.poll(() => programmed(of("for-edge", "edge"))).toBe(everywhere(2));
  await expect
    .poll(() => ["for-inner", "for-none", "for-all"].map((name) => programmed(of(name, ""))))
    .toEqual([everywhere(1), "Pending: no Envoy of cluster none is connected", everywhere(3)]);
});

test("what is dropped is not spoken of any more; what nobody could take, and what loses, is told", async () => {
  connect(1);
  await expect.poll(() => programmed(policy(0))).toBe(everywhere(1));
  environment.store.apply({
    put: [
      httpIngress({ name: "nowhere", spec: { listenPort: 0 } }),
      service({ id: "00000000-0000-4000-8000-000000000001" }),
    ],
    drop: [policy(0)],
  });
  await expect.poll(() => environment.store.statuses.of(policy(0).id, reporter)).toBeUndefined();
  const refused = environment.statusOf(httpIngress({ name: "nowhere" }));
  expect(refused).toEqual({ Accepted: expect.stringContaining("Invalid: ") });
  expect(environment.statusOf({ id: "00000000-0000-4000-8000-000000000001" })).toEqual({
    Accepted: "Valid: it can be carried out",
    Conflict: expect.stringContaining("NameTaken: "),
  });
});
