import type { Resource } from "@protomesh/core/api";
import { httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Environment } from "./testing/environment.js";
import { host, ingress, ways } from "./testing/hosts-scene.js";
import { ProxylessClient } from "./testing/proxyless.js";
import { startGrpcUpstream, type Upstream } from "./testing/upstream.js";

const orders = "/shop.Orders/List";
const carts = "/shop.Carts/Get";

let upstreams: Upstream[];
let environment: Environment;
let client: ProxylessClient;

beforeEach(async () => {
  upstreams = await Promise.all(["a", "b"].map(async (name) => startGrpcUpstream(name, [orders, carts])));
  environment = await Environment.start([http2Service("orders"), instances("orders", [port("a")])]);
  client = new ProxylessClient(environment.xdsAddress);
});

afterEach(async () => {
  await client.stop();
  await environment.stop();
  await Promise.all(upstreams.map(async (upstream) => upstream.stop()));
});

test("a service is called by its name, and followed to where its instances are", async () => {
  expect(await client.call("xds:///orders", orders)).toBe(`a ${orders}`);
  environment.store.put(instances("orders", [port("b")]));
  await expect.poll(async () => client.call("xds:///orders", orders)).toBe(`b ${orders}`);
});

test("instances of several localities are all called", async () => {
  environment.store.put(instances("orders", [port("a"), port("b")]));
  const seen = new Set<string>();
  await expect
    .poll(async () => [...seen.add(await client.call("xds:///orders", orders))].sort())
    .toEqual([`a ${orders}`, `b ${orders}`]);
});

test("an ingress is called by its name: its routes lead to services, a prefix ends where a segment ends", async () => {
  environment.store.apply({
    put: [
      http2Service("carts"),
      instances("carts", [port("b")]),
      // What only Envoy can do is left out, and in nobody's way.
      httpIngress({ spec: { httpFilters: [{ filter: { $case: "cors", value: { enable: true } } }] } }),
      routingPolicy({
        spec: {
          routes: [
            { matchPrefix: "/shop.Carts", targetService: "carts", timeout: { seconds: 5n } },
            { matchPrefix: "/shop.Cart", targetService: "missing" },
            { matchPrefix: "/", targetService: "orders" },
          ],
          cors: { allowOriginStringMatchPrefix: ["*"] },
        },
      }),
    ],
  });
  await environment.settled();
  expect(await client.call("xds:///public", carts)).toBe(`b ${carts}`);
  expect(await client.call("xds:///public", orders)).toBe(`a ${orders}`);
  environment.store.put(routingPolicy({ spec: { routes: [{ matchPrefix: "/", targetService: "carts" }] } }));
  await expect.poll(async () => client.call("xds:///public", orders)).toBe(`b ${orders}`);
});

describe.each(ways)("an ingress whose hosts Envoy gets %s has them inline for gRPC", (way) => {
  beforeEach(async () => {
    environment.store.put(ingress("public", 10_000, way), host("public", "orders"), host("elsewhere.com", "missing"));
    await environment.settled();
    expect(await client.call("xds:///public", orders)).toBe(`a ${orders}`);
  });

  test("and follows them", async () => {
    environment.store.put(http2Service("carts"), instances("carts", [port("b")]), host("public", "carts"));
    await expect.poll(async () => client.call("xds:///public", orders)).toBe(`b ${orders}`);
    expect(await environment.lastRejection("routes")).toBeUndefined();
    expect((await environment.admin("/status")).body).not.toContain('"scoped-route"');
  });

  test("and loses no call when that changes", async () => {
    for (const next of [...ways, way]) {
      environment.store.put(ingress("public", 10_000, next), http2Service("orders", BigInt(1 + ways.indexOf(next))));
      const calls = await Promise.all(Array.from({ length: 50 }, async () => client.call("xds:///public", orders)));
      expect(new Set(calls)).toEqual(new Set([`a ${orders}`]));
      await environment.settled();
      expect(await client.call("xds:///public", orders)).toBe(`a ${orders}`);
    }
  });
});

test("a service that changes is taken, and nothing is rejected", async () => {
  expect(await client.call("xds:///orders", orders)).toBe(`a ${orders}`);
  environment.store.put(http2Service("orders", 2n));
  await environment.settled();
  expect(await client.call("xds:///orders", orders)).toBe(`a ${orders}`);
  for (const type of ["listener", "routes", "cluster", "endpoints"]) {
    expect(await environment.lastRejection(type)).toBeUndefined();
  }
});

test("without the xDS server calls go on, and changes come with it", async () => {
  expect(await client.call("xds:///orders", orders)).toBe(`a ${orders}`);
  await environment.restartXds();
  expect(await client.call("xds:///orders", orders)).toBe(`a ${orders}`);
  environment.store.put(instances("orders", [port("b")]));
  await expect.poll(async () => client.call("xds:///orders", orders)).toBe(`b ${orders}`);
});

function port(name: "a" | "b"): number {
  return upstreams[name === "a" ? 0 : 1]?.port ?? 0;
}

/** Each in a zone of its own. */
function instances(serviceName: string, ports: readonly number[]): Resource {
  const all = ports.map((at, index) => ({ address: "127.0.0.1", port: at, region: "eu", zone: `zone-${index}` }));
  return instanceSet({ name: serviceName, spec: { instances: all } });
}

function http2Service(name: string, connectSeconds = 1n): Resource {
  return service({
    name,
    spec: {
      connectTimeout: { seconds: connectSeconds },
      instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: {} },
    },
  });
}
