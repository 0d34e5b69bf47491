import { connect } from "node:http2";
import { once } from "node:events";
import { promisify } from "node:util";
import { httpIngress, service, until } from "@protomesh/testing";
import { afterEach, expect, test } from "vitest";
import { AggregatedDiscoveryServiceClient } from "../generated/envoy/service/discovery/v3/ads.js";
import {
  DeltaDiscoveryRequest,
  type DeltaDiscoveryResponse,
} from "../generated/envoy/service/discovery/v3/discovery.js";
import { typeUrls } from "../snapshot/xds-type.js";
import { Environment } from "../testing/environment.js";
import { RawClients, RawStream } from "../testing/raw-client.js";
import { Relay } from "../testing/relay.js";

const typeUrl = typeUrls.cluster;

let environment: Environment;
let clients: RawClients;

afterEach(async () => {
  clients.close();
  await environment.stop();
});

async function start(settings: Record<string, unknown>): Promise<void> {
  environment = await Environment.start([service()], settings);
  clients = new RawClients(environment.xdsAddress);
}

function open(from = clients): RawStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
  const stream = new RawStream(from.of(AggregatedDiscoveryServiceClient).deltaAggregatedResources());
  stream.send(DeltaDiscoveryRequest.fromPartial({ node: { id: "n1", cluster: "edge" }, typeUrl }));
  return stream;
}

/** Accepts each response as it comes, until one brings a resource. @returns how many there were */
async function acceptedUntil(
  stream: RawStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>,
  name: string,
): Promise<number> {
  for (let number = 1; ; number++) {
    const { nonce, resources } = await stream.response(number);
    stream.send(DeltaDiscoveryRequest.fromPartial({ typeUrl, responseNonce: nonce }));
    if (resources.some((resource) => resource.name === name)) return number;
  }
}

async function clientsInStatus(): Promise<number> {
  const { body } = await environment.admin("/status");
  const { clients: shown }: { clients: readonly object[] } = JSON.parse(body);
  return shown.length;
}

test("keepalive: a client that is gone without a word is noticed", async () => {
  await start({ "envoy.xds.keepalive.interval": 100 });
  const relay = await Relay.start(environment.xdsAddress);
  const relayed = new RawClients(relay.address);
  try {
    await open(relayed).response(1);
    relay.cut();
    await until(async () => (await clientsInStatus()) === 0, "the client is missed");
  } finally {
    relayed.close();
    await relay.stop();
  }
  expect(await clientsInStatus()).toBe(0);
});

test("keepalive: a client may ask as often as it likes whether the server is there", async () => {
  await start({});
  const session = connect(`http://${environment.xdsAddress}`);
  await once(session, "connect");
  const ping = promisify((done: (error: Error | null) => void) => session.ping(done));
  for (let index = 0; index < 100; index++) await ping();
  expect([session.closed, session.destroyed]).toEqual([false, false]);
  session.destroy();
});

test("maximum connection age: a client is asked to connect again, and finds what it had", async () => {
  await start({ "envoy.xds.connection.max.age": 100 });
  const stream = open();
  const before = await stream.response(1);
  await stream.status();
  const again = await open().response(1);
  expect(again.resources).toEqual(before.resources);
});

test("without a maximum age, streams stay", async () => {
  await start({ "envoy.xds.connection.max.age": 0 });
  const stream = open();
  await stream.response(1);
  environment.store.put(service({ name: "last" }));
  expect(await acceptedUntil(stream, "last")).toBe(2);
});

test("a burst of changes coalesces into one push", async () => {
  await start({ "envoy.xds.coalesce.window": 1_000 });
  const stream = open();
  await stream.response(1);
  for (let index = 0; index < 100; index++) environment.store.put(service({ name: `service-${index}` }));
  environment.store.put(service({ name: "last" }));
  // The first may pass at once, the others follow together, in two pushes where the window closes among them.
  expect(await acceptedUntil(stream, "last")).toBeLessThanOrEqual(4);
});

test("a dead stream costs one pending push, and nobody else waits for it", async () => {
  await start({});
  environment.store.put(httpIngress({ spec: { accessLogStdoutFormat: "x".repeat(100_000) } }));
  const relay = await Relay.start(environment.xdsAddress);
  const relayed = new RawClients(relay.address);
  try {
    const dead = open(relayed);
    await dead.response(1);
    relay.cut();
    const alive = open();
    for (let index = 0; index < 20; index++) environment.store.put(service({ name: `service-${index}` }));
    await acceptedUntil(alive, "service-19");
    const { body } = await environment.admin("/status");
    const shown: { clients: { types: { cluster: { pushes: number } } }[] } = JSON.parse(body);
    expect(Math.min(...shown.clients.map(({ types }) => types.cluster.pushes))).toBeLessThanOrEqual(2);
  } finally {
    relayed.close();
    await relay.stop();
  }
});
