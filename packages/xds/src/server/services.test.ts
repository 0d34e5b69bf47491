import { credentials, makeGenericClientConstructor, status, type ServiceError } from "@grpc/grpc-js";
import { HealthClient } from "@protomesh/core/api";
import { httpIngress, routingPolicy, service, until } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DeltaDiscoveryRequest, DiscoveryRequest } from "../generated/envoy/service/discovery/v3/discovery.js";
import { VirtualHostDiscoveryServiceClient } from "../generated/envoy/service/route/v3/rds.js";
import { RuntimeDiscoveryServiceClient } from "../generated/envoy/service/runtime/v3/rtds.js";
import { SecretDiscoveryServiceClient } from "../generated/envoy/service/secret/v3/sds.js";
import { typeUrls } from "../snapshot/xds-type.js";
import { Environment } from "../testing/environment.js";
import { RawClients, RawStream } from "../testing/raw-client.js";

let environment: Environment;
let clients: RawClients;

beforeEach(async () => {
  environment = await Environment.start([httpIngress(), service(), routingPolicy()], {
    "grpc.server.enable.reflection": true,
  });
  clients = new RawClients(environment.xdsAddress);
});

afterEach(async () => {
  clients.close();
  await environment.stop();
});

const node = { id: "n1", cluster: "edge" };

const discoveryServices = [
  "envoy.service.discovery.v3.AggregatedDiscoveryService",
  "envoy.service.cluster.v3.ClusterDiscoveryService",
  "envoy.service.endpoint.v3.EndpointDiscoveryService",
  "envoy.service.listener.v3.ListenerDiscoveryService",
  "envoy.service.route.v3.ScopedRoutesDiscoveryService",
  "envoy.service.route.v3.RouteDiscoveryService",
  "envoy.service.route.v3.VirtualHostDiscoveryService",
  "envoy.service.secret.v3.SecretDiscoveryService",
  "envoy.service.runtime.v3.RuntimeDiscoveryService",
];

async function healthOf(name: string): Promise<string> {
  const health = clients.of(HealthClient);
  return new Promise((resolve, reject) => {
    health.check({ service: name }, (error: ServiceError | null, answer) => {
      if (error === null) resolve(answer.status);
      else if (error.code === status.NOT_FOUND) resolve("NOT_FOUND");
      else reject(error);
    });
  });
}

test("health: it serves, as a whole and each of its services", async () => {
  const names = ["", ...discoveryServices];
  expect(await Promise.all(names.map(healthOf))).toEqual(names.map(() => "SERVING"));
});

test("health: of others it knows nothing; before the first sync it does not serve", async () => {
  expect(await healthOf("envoy.service.unknown")).toBe("NOT_FOUND");
  environment.store.close();
  await environment.restartXds();
  expect(await healthOf("")).toBe("NOT_SERVING");
  await environment.store.open();
  await until(async () => (await healthOf("")) === "SERVING", "it serves");
});

test("reflection tells of all discovery services", async () => {
  const method = {
    path: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  } as const;
  const Reflection = makeGenericClientConstructor({ info: method }, "ServerReflection");
  const client = new Reflection(environment.xdsAddress, credentials.createInsecure());
  const stream = new RawStream<Buffer, Buffer>(
    client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize),
  );
  // ServerReflectionRequest { list_services: "*" }, field 7
  stream.send(Buffer.from([0x3a, 1, 0x2a]));
  const answer = (await stream.response(1)).toString("latin1");
  expect(discoveryServices.filter((name) => !answer.includes(name))).toEqual([]);
  stream.end();
  client.close();
});

test.each([
  { type: "secret", open: () => clients.of(SecretDiscoveryServiceClient).deltaSecrets() },
  { type: "runtime", open: () => clients.of(RuntimeDiscoveryServiceClient).deltaRuntime() },
] as const)(
  "$type, of which there is nothing, incremental: each name is said not to be there",
  async ({ type, open }) => {
    const stream = new RawStream(open());
    stream.send(DeltaDiscoveryRequest.fromPartial({ node, resourceNamesSubscribe: ["a"] }));
    const first = await stream.response(1);
    expect(first).toMatchObject({ typeUrl: typeUrls[type], resources: [], removedResources: ["a"] });
    stream.send(DeltaDiscoveryRequest.fromPartial({ responseNonce: first.nonce, resourceNamesSubscribe: ["b"] }));
    expect((await stream.response(2)).removedResources).toEqual(["b"]);
  },
);

test.each([
  { type: "secret", open: () => clients.of(SecretDiscoveryServiceClient).streamSecrets() },
  { type: "runtime", open: () => clients.of(RuntimeDiscoveryServiceClient).streamRuntime() },
] as const)(
  "$type, of which there is nothing, state of the world: no answer, and the stream stays",
  async ({ type, open }) => {
    const stream = new RawStream(open());
    stream.send(DiscoveryRequest.fromPartial({ node, resourceNames: ["a"] }));
    stream.send(DiscoveryRequest.fromPartial({ resourceNames: ["a", "b"] }));
    await until(
      async () => (await environment.admin("/status")).body.includes(`"${type}"`),
      "the stream in the status",
    );
    environment.store.put(service({ name: "another" }));
    await environment.settled();
    expect(stream.responses).toEqual([]);
    expect((await environment.admin("/status")).body).toContain(`"${type}"`);
  },
);

test("virtual hosts are served to any client that asks, also where they stand in the routes", async () => {
  const stream = new RawStream(clients.of(VirtualHostDiscoveryServiceClient).deltaVirtualHosts());
  stream.send(
    DeltaDiscoveryRequest.fromPartial({ node, resourceNamesSubscribe: ["on-demand/public/example.com:8080"] }),
  );
  const { typeUrl, resources } = await stream.response(1);
  expect(typeUrl).toBe(typeUrls["virtual-host"]);
  expect(resources).toMatchObject([
    {
      name: "on-demand/public/*",
      aliases: ["on-demand/public/example.com:8080"],
      resource: { typeUrl: typeUrls["virtual-host"] },
    },
  ]);
});

test("what the API has no stream for is unimplemented", async () => {
  const path = "/envoy.service.route.v3.VirtualHostDiscoveryService/StreamVirtualHosts";
  const asIs = (bytes: Buffer): Buffer => bytes;
  const stream = new RawStream(clients.of(VirtualHostDiscoveryServiceClient).makeBidiStreamRequest(path, asIs, asIs));
  expect(await stream.status()).toMatchObject({ code: status.UNIMPLEMENTED });
});
