import { once } from "node:events";
import { Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import { startProgram, type RunningProgram } from "@protomesh/core";
import {
  ResourceStoreService,
  type Resource,
  type WatchResourcesRequest,
  type WatchResourcesResponse,
} from "@protomesh/core/api";
import { exampleFunctions, startLambdaEndpoint, type LambdaEndpoint } from "@protomesh/local";
import { gatewayPolicy } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { program } from "./main.js";

type WatchCall = ServerWritableStream<WatchResourcesRequest, WatchResourcesResponse>;

/** A store whose watches the test answers by hand. */
let store: Server;
let storePort: number;
let watches: WatchCall[];
let lambda: LambdaEndpoint;
let gateway: RunningProgram;

async function openStore(port: number): Promise<void> {
  watches = [];
  store = new Server();
  store.addService(ResourceStoreService, { watch: (call: WatchCall) => void watches.push(call) });
  storePort = await new Promise((resolve, reject) => {
    store.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
}

beforeEach(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  await openStore(0);
  lambda = await startLambdaEndpoint({ functions: exampleFunctions });
  gateway = await startProgram(program, {
    "gateway.listener.address": "127.0.0.1:0",
    "http.server.tls.disable": true,
    "gateway.resource.store.server.address": `127.0.0.1:${storePort}`,
    "gateway.aws.lambda.endpoint": lambda.url,
    "gateway.aws.lambda.region": "us-east-1",
  });
});

afterEach(async () => {
  await gateway.stop();
  await lambda.stop();
  store.forceShutdown();
  vi.unstubAllEnvs();
});

async function watchNumber(index: number): Promise<WatchCall> {
  return vi.waitUntil(() => watches[index]);
}

function send(watch: WatchCall, change: Partial<WatchResourcesResponse>): void {
  watch.write({ updatedResources: [], droppedResources: [], endOfList: true, revision: 1n, history: "h", ...change });
}

function written(resource: Resource, index: bigint): Resource {
  return { ...resource, version: { sha256Hash: `${index}`, timestamp: undefined, index } };
}

const get = async (path: string) => fetch(`http://${gateway.addresses["gateway"]}${path}`);
const statusOf = async (path: string) => {
  const response = await get(path);
  await response.body?.cancel();
  return response.status;
};
const adminStatus = async (): Promise<Record<string, unknown>> => {
  const response = await fetch(`http://${gateway.addresses["admin"]}/status`);
  return (await response.json()) as Record<string, unknown>;
};

test("before it knows its policies it answers 503, and is not ready", async () => {
  expect(await statusOf("/hello")).toBe(503);
  expect(gateway.readiness().ready).toBe(false);
});

test("a declared policy is served; changed and dropped ones at once", async () => {
  const watch = await watchNumber(0);
  expect(watch.request.kinds).toEqual(["gateway_policy"]);
  send(watch, { updatedResources: [written(gatewayPolicy(), 1n)] });
  await expect.poll(async () => (await get("/hello?name=Ada")).text()).toBe('{"message":"hello Ada"}');
  expect(gateway.readiness().ready).toBe(true);

  const moved = gatewayPolicy({ spec: { source: { $case: "http", value: { path: "/moved" } } } });
  send(watch, { updatedResources: [written(moved, 2n)], revision: 2n });
  await expect.poll(async () => statusOf("/moved")).toBe(200);
  expect(await statusOf("/hello")).toBe(404);

  send(watch, { droppedResources: [written(moved, 3n)], revision: 3n });
  await expect.poll(async () => statusOf("/moved")).toBe(404);
});

test("without the store it serves on, and says so; with it again it goes on from there", async () => {
  send(await watchNumber(0), { updatedResources: [written(gatewayPolicy(), 1n)] });
  await expect.poll(async () => statusOf("/hello")).toBe(200);
  store.forceShutdown();
  await expect.poll(() => gateway.readiness().parts["store"]).toMatch(/^degraded: without the store since /);
  expect(await statusOf("/hello")).toBe(200);
  expect(await adminStatus()).toMatchObject({ store: { state: "interrupted" }, policies: { served: 1 } });

  await openStore(storePort);
  const again = await watchNumber(0);
  expect(again.request.resumeRevision).toBe(1n);
  send(again, { revision: 1n });
  await expect.poll(() => gateway.readiness().ready).toBe(true);
});

test("conflicts and policies that cannot be served stand in the status", async () => {
  const first = gatewayPolicy();
  const second = gatewayPolicy({ id: "11111111-1111-4111-8111-111111111111" });
  const broken = gatewayPolicy({ name: "broken", spec: { handlers: [] } });
  send(await watchNumber(0), { updatedResources: [written(second, 5n), written(first, 1n), written(broken, 6n)] });
  await expect.poll(async () => statusOf("/hello")).toBe(200);
  expect(await adminStatus()).toMatchObject({
    policies: {
      conflicts: [{ id: second.id, servedBy: first.id }],
      invalid: [{ id: broken.id, name: "broken", reason: "handlers: at least one is needed" }],
    },
  });
  const metrics = await (await fetch(`http://${gateway.addresses["admin"]}/metrics`)).text();
  for (const standing of ["serving", "conflict", "invalid"]) {
    expect(metrics).toContain(`protomesh_gateway_policies{standing="${standing}"} 1\n`);
  }
});

test("requests are counted by policy and status", async () => {
  send(await watchNumber(0), { updatedResources: [written(gatewayPolicy(), 1n)] });
  await expect.poll(async () => statusOf("/hello")).toBe(200);
  const metrics = await (await fetch(`http://${gateway.addresses["admin"]}/metrics`)).text();
  expect(metrics).toContain('protomesh_gateway_requests_total{policy="hello",protocol="http/1.1",status="200"} 1');
  expect(metrics).toContain('protomesh_gateway_invocation_seconds_count{policy="hello"} 1');
});

test("stopping ends the watch of policies and idle connections", async () => {
  const watch = await watchNumber(0);
  send(watch, {});
  await expect.poll(() => gateway.readiness().ready).toBe(true);
  expect(await statusOf("/nowhere")).toBe(404);
  const ended = once(watch, "close");
  await gateway.stop();
  await ended;
});

test("an unknown kind of handler stops the start", async () => {
  const start = startProgram(program, { "http.server.tls.disable": true, "gateway.handlers": ["AwsLambda", "Azure"] });
  await expect(start).rejects.toThrow('gateway.handlers is "Azure": expected AwsLambda, the one kind there is');
});
