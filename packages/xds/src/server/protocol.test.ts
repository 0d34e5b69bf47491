import { connect } from "node:http2";
import { status } from "@grpc/grpc-js";
import { httpIngress, instanceSet, routingPolicy, service, until } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClusterDiscoveryServiceClient } from "../generated/envoy/service/cluster/v3/cds.js";
import { AggregatedDiscoveryServiceClient } from "../generated/envoy/service/discovery/v3/ads.js";
import { DeltaDiscoveryRequest, DiscoveryRequest } from "../generated/envoy/service/discovery/v3/discovery.js";
import { EndpointDiscoveryServiceClient } from "../generated/envoy/service/endpoint/v3/eds.js";
import { ListenerDiscoveryServiceClient } from "../generated/envoy/service/listener/v3/lds.js";
import { RouteDiscoveryServiceClient } from "../generated/envoy/service/route/v3/rds.js";
import { typeUrls } from "../snapshot/xds-type.js";
import { Environment } from "../testing/environment.js";
import { RawClients, RawStream } from "../testing/raw-client.js";

let environment: Environment;
let clients: RawClients;

beforeEach(async () => {
  environment = await Environment.start([httpIngress(), service(), instanceSet(), routingPolicy()]);
  clients = new RawClients(environment.xdsAddress);
});

afterEach(async () => {
  clients.close();
  await environment.stop();
});

const sotwAds = () => new RawStream(clients.of(AggregatedDiscoveryServiceClient).streamAggregatedResources());
const deltaAds = () => new RawStream(clients.of(AggregatedDiscoveryServiceClient).deltaAggregatedResources());
const sotw = (fields: Parameters<typeof DiscoveryRequest.fromPartial>[0]) => DiscoveryRequest.fromPartial(fields);
const delta = (fields: Parameters<typeof DeltaDiscoveryRequest.fromPartial>[0]) =>
  DeltaDiscoveryRequest.fromPartial(fields);
const node = { id: "n1", cluster: "edge" };
const cds = typeUrls.cluster;

interface ClientStatus {
  readonly node: string;
  readonly types: Record<string, { readonly pushes: number; readonly lastRejection?: object }>;
}

async function clientsInStatus(): Promise<readonly ClientStatus[]> {
  const { body } = await environment.admin("/status");
  const { clients: open }: { clients: ClientStatus[] } = JSON.parse(body);
  return open;
}

test("ADS without a type URL: INVALID_ARGUMENT, which names the field", async () => {
  const stream = sotwAds();
  stream.send(sotw({ node }));
  expect(await stream.status()).toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining("type_url"),
  });
});

test("a service for one type needs no type URL, and takes no other", async () => {
  const right = new RawStream(clients.of(ClusterDiscoveryServiceClient).streamClusters());
  right.send(sotw({ node }));
  expect(await right.response(1)).toMatchObject({ typeUrl: cds });
  const wrong = new RawStream(clients.of(ClusterDiscoveryServiceClient).deltaClusters());
  wrong.send(delta({ node, typeUrl: typeUrls.listener }));
  expect(await wrong.status()).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining(cds) });
});

test.each([
  { type: "cluster", open: () => clients.of(ClusterDiscoveryServiceClient).streamClusters(), names: [] },
  { type: "endpoints", open: () => clients.of(EndpointDiscoveryServiceClient).streamEndpoints(), names: ["billing"] },
  { type: "listener", open: () => clients.of(ListenerDiscoveryServiceClient).streamListeners(), names: [] },
  { type: "routes", open: () => clients.of(RouteDiscoveryServiceClient).streamRoutes(), names: ["public"] },
] as const)("$type has a service of its own, state of the world", async ({ type, open, names }) => {
  const stream = new RawStream(open());
  stream.send(sotw({ node, resourceNames: [...names] }));
  const { typeUrl, resources } = await stream.response(1);
  expect([typeUrl, resources.map((resource) => resource.typeUrl)]).toEqual([typeUrls[type], [typeUrls[type]]]);
});

test.each([
  { type: "cluster", open: () => clients.of(ClusterDiscoveryServiceClient).deltaClusters(), name: "billing" },
  { type: "endpoints", open: () => clients.of(EndpointDiscoveryServiceClient).deltaEndpoints(), name: "billing" },
  { type: "listener", open: () => clients.of(ListenerDiscoveryServiceClient).deltaListeners(), name: "public" },
  { type: "routes", open: () => clients.of(RouteDiscoveryServiceClient).deltaRoutes(), name: "public" },
] as const)("$type has a service of its own, incremental", async ({ type, open, name }) => {
  const stream = new RawStream(open());
  stream.send(delta({ node, resourceNamesSubscribe: [name] }));
  const { typeUrl, resources } = await stream.response(1);
  expect([typeUrl, resources.map((resource) => resource.name)]).toEqual([typeUrls[type], [name]]);
});

test("the node arrives only on a stream's first request", async () => {
  environment.store.put(service({ name: "for-edge", spec: { xdsClusterName: "edge" } }));
  await environment.settled();
  const stream = deltaAds();
  stream.send(delta({ node, typeUrl: cds }));
  expect((await stream.response(1)).resources.map(({ name }) => name).sort()).toEqual(["billing", "for-edge"]);
  stream.send(delta({ node: { id: "other", cluster: "other" }, typeUrl: cds, resourceNamesSubscribe: ["for-edge"] }));
  expect((await stream.response(2)).resources.map(({ name }) => name)).toEqual(["for-edge"]);
  expect(await clientsInStatus()).toMatchObject([{ node: "n1" }]);
});

test("a request that is no protobuf ends its stream, and nothing else", async () => {
  const good = sotwAds();
  good.send(sotw({ node, typeUrl: cds }));
  const { nonce, versionInfo } = await good.response(1);
  const bad = clients.of(AggregatedDiscoveryServiceClient).makeBidiStreamRequest(
    "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
    () => Buffer.from([0x1a, 0x50, 0x61]),
    (bytes) => bytes,
  );
  const stream = new RawStream(bad);
  stream.send({});
  expect((await stream.status()).code).not.toBe(status.OK);
  good.send(sotw({ typeUrl: cds, responseNonce: nonce, versionInfo }));
  environment.store.put(service({ name: "another" }));
  expect((await good.response(2)).resources).toHaveLength(2);
});

test("a client that invents types is refused, in the end", async () => {
  const stream = deltaAds();
  for (let index = 0; index < 100; index++) stream.send(delta({ node, typeUrl: `example/${index}` }));
  expect(await stream.status()).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
});

test("an unknown type kills no stream", async () => {
  const stream = deltaAds();
  stream.send(delta({ node, typeUrl: "example/unknown", resourceNamesSubscribe: ["a"] }));
  expect(await stream.response(1)).toMatchObject({ typeUrl: "example/unknown", removedResources: ["a"] });
  stream.send(delta({ typeUrl: cds }));
  expect((await stream.response(2)).resources).toHaveLength(1);
});

test("a client that answers nothing gets one response, and the newest state once it answers", async () => {
  const stream = sotwAds();
  stream.send(sotw({ node, typeUrl: cds }));
  const first = await stream.response(1);
  for (let index = 0; index < 20; index++) environment.store.put(service({ name: `service-${index}` }));
  await until(
    async () => (await environment.admin("/status")).body.includes('"resources": 24'),
    "all changes in the server",
  );
  expect(stream.responses).toHaveLength(1);
  stream.send(sotw({ typeUrl: cds, responseNonce: first.nonce, versionInfo: first.versionInfo }));
  expect((await stream.response(2)).resources).toHaveLength(21);
});

test("a client that does not read costs one pending push, however much it asks for", async () => {
  environment.store.put(httpIngress({ spec: { accessLogStdoutFormat: "x".repeat(200_000) } }));
  const session = connect(`http://${environment.xdsAddress}`, { settings: { initialWindowSize: 0 } });
  const request = session.request({
    ":method": "POST",
    ":path": "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
    "content-type": "application/grpc",
    te: "trailers",
  });
  request.pause();
  const ask = { node, typeUrl: typeUrls.listener, resourceNamesSubscribe: ["public"] };
  const message = Buffer.from(DeltaDiscoveryRequest.encode(delta(ask)).finish());
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
  const asked = 200;
  for (let index = 0; index < asked; index++) request.write(frame);
  await until(async () => ((await clientsInStatus())[0]?.types["listener"]?.pushes ?? 0) > 0, "a push to it");
  const other = deltaAds();
  other.send(delta({ node: { id: "n2" }, typeUrl: typeUrls.listener }));
  await other.response(1);
  const [slow] = await clientsInStatus();
  expect(slow?.types["listener"]?.pushes).toBeLessThanOrEqual(2);
  session.destroy();
});

test("a client that goes leaves nothing behind", async () => {
  const stream = sotwAds();
  stream.send(sotw({ node, typeUrl: cds }));
  await stream.response(1);
  expect(await clientsInStatus()).toHaveLength(1);
  stream.cancel();
  await until(async () => (await clientsInStatus()).length === 0, "no client in the status");
});

test("a client that ends its side is answered with an end in good order", async () => {
  const stream = sotwAds();
  stream.send(sotw({ node, typeUrl: cds }));
  await stream.response(1);
  stream.end();
  expect(await stream.status()).toMatchObject({ code: status.OK });
});

test("a rejection is told by resource and source", async () => {
  const stream = sotwAds();
  stream.send(sotw({ node, typeUrl: cds }));
  const { nonce } = await stream.response(1);
  stream.send(sotw({ typeUrl: cds, responseNonce: nonce, errorDetail: { code: 13, message: "cluster billing: bad" } }));
  const { types } = await until(
    async () => (await clientsInStatus()).find((client) => client.types["cluster"]?.lastRejection !== undefined),
    "the rejection in the status",
  );
  expect(types["cluster"]?.lastRejection).toMatchObject({
    nonce,
    message: "cluster billing: bad",
    resources: [{ name: "billing", sources: [service().id] }],
  });
});

test("while the store is away, what was known is served, and the readiness says so", async () => {
  environment.store.close();
  await until(
    async () => (await environment.admin("/readyz")).body.includes("without the store"),
    "the readiness says so",
  );
  const stream = sotwAds();
  stream.send(sotw({ node, typeUrl: cds }));
  const { nonce, resources } = await stream.response(1);
  expect(resources).toHaveLength(1);
  stream.send(sotw({ typeUrl: cds, responseNonce: nonce }));
  await environment.store.open();
  environment.store.put(service({ name: "another" }));
  expect((await stream.response(2)).resources).toHaveLength(2);
  expect((await environment.admin("/readyz")).body).not.toContain("without the store");
});

test("before the first sync nobody is answered", async () => {
  environment.store.close();
  await environment.restartXds();
  const stream = sotwAds();
  stream.send(sotw({ node, typeUrl: cds }));
  await until(async () => (await clientsInStatus()).length === 1, "the client in the status");
  expect(stream.responses).toEqual([]);
  await environment.store.open();
  expect((await stream.response(1)).resources).toHaveLength(1);
});

test("versions are equal after a restart", async () => {
  const versionOf = async () => {
    const stream = sotwAds();
    stream.send(sotw({ node, typeUrl: cds }));
    return (await stream.response(1)).versionInfo;
  };
  const before = await versionOf();
  await environment.restartXds();
  expect(await versionOf()).toBe(before);
});

test("a server that stops ends its streams in good order", async () => {
  const stream = sotwAds();
  stream.send(sotw({ node, typeUrl: cds }));
  await stream.response(1);
  await environment.restartXds();
  expect(await stream.status()).toMatchObject({ code: status.OK });
});

describe("what a client rejects", () => {
  const lds = typeUrls.listener;
  const ingress = (name: string, listenPort: number) =>
    httpIngress({ name, spec: { ingressName: name, listenPort, accessLogStdoutFormat: "" } });
  const refusal = (name: string) => ({ code: 13, message: `error adding listener: '${name}' is not taken` });

  /** A client of whom one ingress was refused, and for its port another one. */
  async function refused() {
    environment.store.apply({ put: [ingress("moving", 1_001)], drop: [httpIngress()] });
    await environment.settled();
    const stream = deltaAds();
    stream.send(delta({ node, typeUrl: lds }));
    const names = async (number: number) => (await stream.response(number)).resources.map(({ name }) => name);
    const answer = async (number: number, errorDetail?: { code: number; message: string }) => {
      const { typeUrl, nonce } = await stream.response(number);
      stream.send(delta({ typeUrl, responseNonce: nonce, ...(errorDetail === undefined ? {} : { errorDetail }) }));
    };
    expect(await names(1)).toEqual(["moving"]);
    await answer(1);
    environment.store.apply({ put: [ingress("moving", 1_002), ingress("rival", 1_001)] });
    expect(await names(2)).toEqual(["moving"]);
    await answer(2, refusal("moving"));
    expect(await names(3)).toEqual(["rival"]);
    await answer(3, refusal("rival"));
    return { stream, names, answer };
  }

  test("for the port of another is sent again when that one has moved, and then no more", async () => {
    const { stream, names, answer } = await refused();
    environment.store.put(ingress("moving", 1_003));
    expect(await names(4)).toEqual(["moving"]);
    await answer(4);
    expect(await names(5)).toEqual(["rival"]);
    await answer(5, refusal("rival"));
    stream.send(delta({ typeUrl: cds }));
    expect(await stream.response(6)).toMatchObject({ typeUrl: cds });
    expect(stream.responses).toHaveLength(6);
  });

  test("for itself is not sent again, whatever else changes, and one who rejects everything gets changes alone", async () => {
    const { stream, names, answer } = await refused();
    environment.store.put(ingress("another", 1_004));
    expect(await names(4)).toEqual(["another"]);
    await answer(4);
    environment.store.put(ingress("another", 1_005));
    expect(await names(5)).toEqual(["another"]);
    await answer(5, refusal("another"));
    environment.store.put(ingress("moving", 1_003));
    expect(await names(6)).toEqual(["moving"]);
    await answer(6, refusal("moving"));
    stream.send(delta({ typeUrl: cds }));
    expect(await stream.response(7)).toMatchObject({ typeUrl: cds });
    expect(stream.responses).toHaveLength(7);
  });
});
