import { httpIngress, instanceSet, gatewayPolicy, routingPolicy, service } from "@protomesh/testing";
import { expect, test } from "vitest";
import { batchOf, changed, declared, modelOf } from "../testing/models.js";
import { applyBatch } from "./apply-batch.js";
import { emptyModel, type Model } from "./model.js";

const ids = (group: readonly { readonly id: string }[] | undefined) => group?.map(({ id }) => id);

test("resources are found by what they claim", () => {
  const [ingress, billing, hosts, routes] = [httpIngress(), service(), instanceSet(), routingPolicy()];
  const model = modelOf(ingress, billing, hosts, routes);
  expect(ids(model.ingresses.get("public"))).toEqual([ingress.id]);
  expect(ids(model.services.get("billing"))).toEqual([billing.id]);
  expect(ids(model.instanceSets.get("billing"))).toEqual([hosts.id]);
  expect(ids(model.policies.get("public")?.get("*"))).toEqual([routes.id]);
});

test("a set is found under each service that it names, once", () => {
  const model = modelOf(instanceSet({ spec: { matchServiceNames: ["a", "b", "a"] } }));
  expect(model.instanceSets.get("a")).toHaveLength(1);
  expect(model.instanceSets.get("b")).toHaveLength(1);
});

test("domains are compared in lower case", () => {
  const model = modelOf(
    routingPolicy({ name: "a", spec: { domain: "Example.COM" } }),
    routingPolicy({ name: "b", spec: { domain: "example.com" } }),
  );
  expect(model.policies.get("public")?.get("example.com")).toHaveLength(2);
});

test("of those that claim the same, the oldest stands first, whatever the order they come in", () => {
  const [older, newer] = [service({ id: idOf("b"), name: "x" }), service({ id: idOf("a"), name: "x" })];
  const model = applyBatch(emptyModel, batchOf(9, { updated: [declared(newer, 8), declared(older, 7)] }));
  expect(ids(model.services.get("x"))).toEqual([older.id, newer.id]);
});

test("of those that one revision wrote, the id decides", () => {
  const [a, b] = [service({ id: idOf("a"), name: "x" }), service({ id: idOf("b"), name: "x" })];
  const model = applyBatch(emptyModel, batchOf(9, { updated: [declared(b, 7), declared(a, 7)] }));
  expect(ids(model.services.get("x"))).toEqual([a.id, b.id]);
});

test("a resource that claims another name leaves the old one", () => {
  const id = idOf("a");
  const model = changed(modelOf(service({ id, name: "old" })), { put: [service({ id, name: "new" })] });
  expect(model.services.get("old")).toBeUndefined();
  expect(ids(model.services.get("new"))).toEqual([id]);
});

test("a resource that becomes another kind leaves the old index", () => {
  const id = idOf("a");
  const model = changed(modelOf(service({ id })), { put: [httpIngress({ id })] });
  expect(model.services.size).toBe(0);
  expect(model.ingresses.size).toBe(1);
});

test("everything dropped: as if it had never been", () => {
  const resources = [httpIngress(), service(), instanceSet(), routingPolicy()];
  const model = changed(modelOf(...resources), { drop: resources });
  expect(sizes(model)).toEqual(sizes(emptyModel));
});

test("what a batch does not concern keeps its identity", () => {
  const before = modelOf(httpIngress(), service(), instanceSet(), routingPolicy());
  const after = changed(before, { put: [service({ name: "other" })] });
  expect(after.ingresses).toBe(before.ingresses);
  expect(after.policies).toBe(before.policies);
  expect(after.services.get("billing")).toBe(before.services.get("billing"));
});

test("a reset to the same state changes nothing but the revision", () => {
  const resources = [httpIngress(), service()];
  const before = modelOf(...resources);
  const updated = resources.map((resource, at) => declared(resource, at + 1));
  const after = applyBatch(before, batchOf(20, { reset: true, updated }));
  expect(after.revision).toBe(20n);
  expect(after.resources).toBe(before.resources);
  expect(after.services).toBe(before.services);
});

test("a reset forgets what it does not hold", () => {
  const [billing, other] = [service(), service({ name: "other" })];
  const after = applyBatch(modelOf(billing, other), batchOf(20, { reset: true, updated: [declared(other, 2)] }));
  expect([...after.services.keys()]).toEqual(["other"]);
});

test("what no Envoy could take is refused, by itself", () => {
  const bad = routingPolicy({ name: "bad", spec: { domain: "example.com:80" } });
  const model = modelOf(service(), bad);
  expect(model.refused.get(bad.id)).toMatchObject([{ field: "spec.routing_policy.domain" }]);
  expect(model.policies.size).toBe(0);
  expect(model.services.size).toBe(1);
});

test("a refused resource counts again once it is mended", () => {
  const id = idOf("a");
  const model = changed(modelOf(routingPolicy({ id, spec: { domain: "example.com:80" } })), {
    put: [routingPolicy({ id, spec: { domain: "example.com" } })],
  });
  expect(model.refused.size).toBe(0);
  expect(ids(model.policies.get("public")?.get("example.com"))).toEqual([id]);
});

test("node clusters are known as long as something names them", () => {
  const [a, b] = [service({ name: "a", spec: { xdsClusterName: "edge" } }), service({ name: "b" })];
  const model = modelOf(a, b);
  expect(new Map(model.nodeClusters)).toEqual(
    new Map([
      ["edge", 1],
      ["", 1],
    ]),
  );
  expect(changed(model, { drop: [a] }).nodeClusters.get("edge")).toBeUndefined();
});

test("kinds of other components pass by", () => {
  const model = modelOf(gatewayPolicy());
  expect(sizes(model)).toEqual({ ...sizes(emptyModel), resources: 1 });
});

function idOf(letter: string): string {
  return `00000000-0000-4000-8000-00000000000${letter}`;
}

function sizes({ resources, services, instanceSets, ingresses, policies, refused, nodeClusters }: Model) {
  return {
    resources: resources.size,
    services: services.size,
    instanceSets: instanceSets.size,
    ingresses: ingresses.size,
    policies: policies.size,
    refused: refused.size,
    nodeClusters: nodeClusters.size,
  };
}
