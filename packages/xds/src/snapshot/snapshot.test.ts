import { InstanceSet_Instance, Service, type Resource } from "@protomesh/core/api";
import { httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { Any } from "../generated/google/protobuf/any.js";
import type { Model } from "../model/model.js";
import { advancedNetwork, emptyNetwork, networkOf } from "../network/network.js";
import { changed, modelOf } from "../testing/models.js";
import type { ResourceMap } from "./resource-map.js";
import { advancedSnapshot, emptySnapshot, type Snapshot, type TranslationOptions } from "./snapshot.js";
import type { XdsResource } from "./xds-resource.js";
import type { XdsType } from "./xds-type.js";

const options: TranslationOptions = {
  failed: ({ what, error }) => {
    throw new Error(`${what} was not translated`, { cause: error });
  },
  sources: { from: "ads", transport: "sotw" },
  program: "envoy",
  bindAddress: "0.0.0.0",
  caPath: "/ca.pem",
};
const deltaOptions: TranslationOptions = { ...options, sources: { from: "ads", transport: "delta" } };
const grpcOptions: TranslationOptions = { ...options, program: "grpc" };
const scope = { of: "every-node" } as const;

function snapshotOf(model: Model, by = options, asked: ReadonlySet<XdsType> = new Set()): Snapshot {
  const network = networkOf(model, scope);
  return advancedSnapshot(emptySnapshot, emptyNetwork, network, by, model.revision, { before: asked, after: asked });
}

/** The snapshots before and after a change, the second made from the first. */
function snapshotsAround(
  before: Model,
  change: { put?: readonly Resource[]; drop?: readonly Resource[] },
  by = options,
) {
  const after = changed(before, change);
  const network = networkOf(before, scope);
  const first = snapshotOf(before, by);
  const second = advancedSnapshot(first, network, advancedNetwork(network, before, after, scope), by, after.revision);
  return { first, second, anew: snapshotOf(after, by) };
}

const example = () => modelOf(httpIngress(), service(), instanceSet(), routingPolicy());

test("an ingress is a listener and routes, a service a cluster and endpoints", () => {
  const { resources } = snapshotOf(example());
  const names = Object.entries(resources).map(([type, map]) => [type, [...map.values()].map(({ name }) => name)]);
  expect(Object.fromEntries(names)).toEqual({
    cluster: ["billing"],
    endpoints: ["billing"],
    listener: ["public"],
    "scoped-route": [],
    routes: ["public"],
    "virtual-host": [],
    secret: [],
    runtime: [],
  });
});

test("each knows the declared resources that it was made from", () => {
  const [ingress, billing, hosts, policy] = [httpIngress(), service(), instanceSet(), routingPolicy()];
  const { resources } = snapshotOf(modelOf(ingress, billing, hosts, policy));
  expect(resources.cluster.get("billing")?.sources).toMatchObject([{ id: billing.id, index: 2n }]);
  expect(resources.endpoints.get("billing")?.sources).toMatchObject([{ id: billing.id }, { id: hosts.id }]);
  expect(resources.listener.get("public")?.sources).toMatchObject([{ id: ingress.id }]);
  expect(resources.routes.get("public")?.sources).toMatchObject([{ id: ingress.id }, { id: policy.id, index: 4n }]);
});

test("versions are hashes of the content: equal on every replica, whatever it went through", () => {
  const lived = snapshotsAround(snapshotModelWithMore(), { drop: [service({ name: "more" })] }).second;
  const { resources } = snapshotOf(example());
  for (const type of ["cluster", "endpoints", "listener", "routes"] as const) {
    expect(lived.resources[type].version).toBe(resources[type].version);
  }
});

function snapshotModelWithMore(): Model {
  return changed(example(), { put: [service({ name: "more" })] });
}

function routeTo(targetService: string): Resource {
  return routingPolicy({ spec: { routes: [{ matchPrefix: "/", targetService }] } });
}

interface Change {
  readonly title: string;
  readonly change: Parameters<typeof changed>[1];
}

const onDemandIngress = httpIngress({ spec: { onDemandVirtualHosts: true } });

describe.each([
  { client: "Envoy by state of the world", by: options },
  { client: "Envoy by increments", by: deltaOptions },
  { client: "gRPC", by: grpcOptions },
])("for $client", ({ by }) => {
  test.each<Change>([
    { title: "a new service", change: { put: [service({ name: "x" })] } },
    { title: "a service gone", change: { drop: [service()] } },
    {
      title: "a changed instance",
      change: { put: [instanceSet({ spec: { instances: [{ address: "10.0.0.9", port: 1 }] } })] },
    },
    { title: "a set gone", change: { drop: [instanceSet()] } },
    { title: "a changed route", change: { put: [routingPolicy({ spec: { routes: [] } })] } },
    { title: "an ingress gone", change: { drop: [httpIngress()] } },
    { title: "a route to a service that is missing", change: { put: [routeTo("nobody")] } },
    { title: "a service gone that routes lead to", change: { drop: [service()] } },
    { title: "an ingress renamed", change: { put: [httpIngress({ spec: { ingressName: "renamed" } })] } },
    { title: "a second domain", change: { put: [routingPolicy({ name: "b", spec: { domain: "b" } })] } },
  ])("after $title, a snapshot made from the last one equals one made anew", ({ change }) => {
    const { first, second, anew } = snapshotsAround(example(), change, by);
    expect(versions(second)).toEqual(versions(anew));
    expect(versions(second)).not.toEqual(versions(first));
  });
});

test("by increments each virtual host is a resource of its own as well, for who asks", () => {
  const policies = ["b", "a"].map((domain) => routingPolicy({ name: domain, spec: { domain } }));
  const model = modelOf(httpIngress(), ...policies);
  expect(snapshotOf(model, deltaOptions).resources["virtual-host"].size).toBe(0);
  const { resources } = snapshotOf(model, deltaOptions, new Set(["virtual-host"]));
  const hosts = ["on-demand/public/", "on-demand/public/a", "on-demand/public/b"];
  expect(namesOf(resources["virtual-host"])).toEqual(hosts);
  expect(idsOf(resources["virtual-host"].get("on-demand/public/b"))).toEqual([policies[0]?.id]);
  expect(virtualHostsOf(resources.routes)).toEqual(["public/a", "public/b"]);
});

test("by increments there are routes by which virtual hosts come on demand beside those that have them", () => {
  const { resources } = snapshotOf(modelOf(onDemandIngress, routingPolicy()), deltaOptions);
  expect(namesOf(resources.routes)).toEqual(["on-demand/public", "public"]);
  expect(virtualHostsOf(resources.routes)).toEqual(["public/*"]);
  expect(namesOf(resources["virtual-host"])).toEqual(["on-demand/public/", "on-demand/public/*"]);
});

test.each([
  { spec: {}, by: deltaOptions, want: "public" },
  { spec: { onDemandVirtualHosts: true }, by: deltaOptions, want: "on-demand/public" },
  { spec: { onDemandVirtualHosts: true }, by: options, want: "public" },
  { spec: { scopedVirtualHosts: true }, by: deltaOptions, want: undefined },
])("the routes that a listener needs: $spec, $by.sources.transport", ({ spec, by, want }) => {
  expect(snapshotOf(modelOf(httpIngress({ spec })), by).resources.listener.get("public")?.routes).toBe(want);
});

test("by state of the world they stand in the routes all the same", () => {
  const { resources } = snapshotOf(modelOf(onDemandIngress, routingPolicy()));
  expect(virtualHostsOf(resources.routes)).toEqual(["public/*"]);
  expect(resources["virtual-host"].size).toBe(0);
});

test("on demand, one host among others that changes leaves the routes as they are", () => {
  const [a, b] = ["a", "b"].map((domain) => routingPolicy({ name: domain, spec: { domain } }));
  const change = { put: [routingPolicy({ name: "a", spec: { domain: "a", routes: [] } })] };
  const { first, second } = snapshotsAround(
    modelOf(onDemandIngress, ...[a, b].flatMap((one) => one ?? [])),
    change,
    deltaOptions,
  );
  const ofB = "on-demand/public/b";
  expect(second.resources.routes.get("on-demand/public")).toBe(first.resources.routes.get("on-demand/public"));
  expect(second.resources["virtual-host"].get(ofB)).toBe(first.resources["virtual-host"].get(ofB));
});

test("each domain that a host can name is a scope: of all ingresses as soon as one goes by them, or who asks for them", () => {
  const policies = ["a", "*", "b"].map((domain) => routingPolicy({ name: domain, spec: { domain } }));
  const other = httpIngress({ name: "other", spec: { ingressName: "other", listenPort: 2, scopedVirtualHosts: true } });
  const scopesOf = (...[declared, by, asked]: Parameters<typeof snapshotOf>) =>
    namesOf(snapshotOf(declared, by, asked).resources["scoped-route"]);
  const inline = modelOf(httpIngress(), ...policies);
  expect(scopesOf(inline, deltaOptions)).toEqual([]);
  expect(scopesOf(inline, deltaOptions, new Set(["scoped-route"]))).toEqual(["public/a", "public/b"]);
  const scoped = changed(inline, { put: [other] });
  expect(scopesOf(scoped, options)).toEqual(["public/a", "public/b"]);
  expect(scopesOf(scoped, grpcOptions)).toEqual([]);
});

test("an ingress with scopes: one domain that changes leaves all others", () => {
  const ingress = httpIngress({ spec: { scopedVirtualHosts: true } });
  const policies = ["a", "b"].map((domain) => routingPolicy({ name: domain, spec: { domain } }));
  const change = { put: [routingPolicy({ name: "a", spec: { domain: "a", routes: [] } })] };
  const { first, second } = snapshotsAround(modelOf(ingress, ...policies), change);
  expect(second.resources.listener).toBe(first.resources.listener);
  const [before, after] = [first.resources["scoped-route"], second.resources["scoped-route"]];
  expect([...before.differences(after)].map(({ key }) => key)).toEqual(["public/a"]);
  expect(idsOf(after.get("public/a"))).toEqual([policies[0]?.id]);
  expect(virtualHostsOf(snapshotOf(modelOf(ingress, ...policies), grpcOptions).resources.routes)).toHaveLength(2);
});

test.each([{ by: options }, { by: deltaOptions }])(
  "connections of an ingress from before it had scopes find their hosts where they found them: $by.sources.transport",
  ({ by }) => {
    const policies = ["a", "b"].map((domain) => routingPolicy({ name: domain, spec: { domain } }));
    const routesOf = (spec: object) =>
      snapshotOf(modelOf(httpIngress({ spec }), ...policies), by).resources.routes.get("public")?.version;
    expect(routesOf({ scopedVirtualHosts: true })).toBe(routesOf({}));
  },
);

test("for gRPC, a service that is missing is one without instances, as it would wait for it with everything else", () => {
  const { first, second } = snapshotsAround(modelOf(httpIngress(), routingPolicy()), { put: [service()] }, grpcOptions);
  expect([namesOf(first.resources.cluster), namesOf(first.resources.endpoints)]).toEqual([["billing"], ["billing"]]);
  expect(idsOf(first.resources.cluster.get("billing"))).toEqual([]);
  expect(idsOf(second.resources.cluster.get("billing"))).toEqual([service().id]);
  expect(snapshotOf(modelOf(httpIngress(), routingPolicy())).resources.cluster.size).toBe(0);
});

test("for gRPC, ingresses and services are the names that can be called, ingresses first", () => {
  const [ingress, same, other] = [httpIngress(), service({ name: "public" }), service({ name: "billing" })];
  const { resources } = snapshotOf(modelOf(ingress, same, other), grpcOptions);
  expect(namesOf(resources.listener)).toEqual(["billing", "public"]);
  expect(idsOf(resources.listener.get("public"))).toEqual([ingress.id]);
  expect(idsOf(resources.listener.get("billing"))).toEqual([other.id]);
});

test("what cannot be translated is told and stays as it was; all else goes on", () => {
  const model = modelOf(httpIngress(), service({ name: "a" }), service({ name: "b" }), routingPolicy());
  const before = networkOf(model, scope);
  const [a, b] = ["a", "b"].map((name) => ({
    service: { id: `new ${name}`, index: 9n, createdIndex: 9n, value: Service.fromPartial({ serviceName: name }) },
    sets: [],
  }));
  const instances = [InstanceSet_Instance.fromPartial({ address: "10.0.0.1", port: 2 ** 40 })];
  const impossible = { id: "set", index: 9n, createdIndex: 9n, value: { instances, matchServiceNames: ["a"] } };
  const after = {
    ...before,
    clusters: before.clusters.with([
      ["a", a && { ...a, sets: [impossible] }],
      ["b", b],
    ]),
  };
  const failures: string[] = [];
  const lenient: TranslationOptions = { ...options, failed: ({ what }) => failures.push(what) };
  const first = advancedSnapshot(emptySnapshot, emptyNetwork, before, lenient, 1n);
  const second = advancedSnapshot(first, before, after, lenient, 2n);
  expect(failures).toEqual(["cluster a"]);
  expect(second.resources.cluster.get("a")).toBe(first.resources.cluster.get("a"));
  expect(second.resources.cluster.get("b")).not.toBe(first.resources.cluster.get("b"));
});

test("only what has changed is translated again", () => {
  const { first, second } = snapshotsAround(example(), { put: [service({ name: "x" })] });
  expect(second.resources.cluster.get("billing")).toBe(first.resources.cluster.get("billing"));
  expect(second.resources.listener).toBe(first.resources.listener);
  expect(second.resources.routes).toBe(first.resources.routes);
});

test("a change that changes nothing for clients gives the same snapshot", () => {
  const { first, second } = snapshotsAround(example(), { put: [instanceSet()] });
  expect(second).toBe(first);
});

test("the set of all routes of an ingress, by domain", () => {
  const { resources } = snapshotOf(
    modelOf(httpIngress(), ...["b", "a", "*"].map((domain) => routingPolicy({ name: domain, spec: { domain } }))),
  );
  expect(virtualHostsOf(resources.routes)).toEqual(["public/*", "public/a", "public/b"]);
});

test("policies of an ingress that is not there make no routes", () => {
  expect(snapshotOf(modelOf(routingPolicy())).resources.routes.size).toBe(0);
});

test("a service whose instances are host names has no endpoints by EDS", () => {
  const { resources } = snapshotOf(
    modelOf(service(), instanceSet({ spec: { instances: [{ address: "db.internal", port: 1 }] } })),
  );
  expect([resources.cluster.size, resources.endpoints.size]).toEqual([1, 0]);
});

function versions({ resources }: Snapshot): Record<string, string> {
  return Object.fromEntries(Object.entries(resources).map(([type, map]) => [type, map.version]));
}

function namesOf(map: ResourceMap): string[] {
  return [...map.values()].map(({ name }) => name).sort();
}

/** The names of the virtual hosts in the routes of the ingress `public`. */
function virtualHostsOf(routes: ResourceMap): string[] {
  const any = Any.decode(routes.get("public")?.any ?? new Uint8Array());
  return RouteConfiguration.decode(any.value).virtualHosts.map(({ name }) => name);
}

/** The declared resources that it was made from. */
function idsOf(resource: XdsResource | undefined): readonly string[] | undefined {
  return resource?.sources.map(({ id }) => id);
}
