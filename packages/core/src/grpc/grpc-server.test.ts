import { createServer, type AddressInfo } from "node:net";
import { credentials, status, type Client, type ServiceError } from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { BadRequest, GetResourceResponse, HealthClient, ResourceStoreClient, ResourceStoreService } from "../api.js";
import type { GetResourceRequest, HealthCheckResponse } from "../api.js";
import { invalidArgument } from "../errors/domain-errors.js";
import { errorDetailsOf, serviceErrorOf } from "../errors/service-error.js";
import { ListenError } from "../lifecycle/listen.js";
import type { Program, Scope } from "../lifecycle/program.js";
import { startProgram, type RunningProgram } from "../lifecycle/start-program.js";
import { startGrpcServer } from "./grpc-server.js";
import { publicApiReflection } from "./reflection.js";

type Get = (id: string) => Promise<GetResourceResponse>;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

test("health follows the program's readiness, in answers and in watches", async () => {
  const { scope, address } = await serving();
  const part = scope.part("database");
  const health = opened(new HealthClient(address, credentials.createInsecure()));
  const check = (service: string) => outcome<HealthCheckResponse>((done) => health.check({ service }, done));

  expect(await check("")).toEqual({ status: "NOT_SERVING" });
  const told: string[] = [];
  const watching = health.watch({ service: "protomesh.services.v1.ResourceStore" });
  const twoTold = new Promise<void>((resolve) => {
    watching.on("data", (response: HealthCheckResponse) => told.push(response.status) === 2 && resolve());
    watching.on("error", (error: ServiceError) => told.push(status[error.code]));
  });
  await new Promise((resolve) => watching.once("metadata", resolve));
  part.ready();
  await twoTold;
  expect(told).toEqual(["NOT_SERVING", "SERVING"]);
  expect(await check("protomesh.services.v1.ResourceStore")).toEqual({ status: "SERVING" });
  expect(await check("no.such.Service")).toMatchObject({ code: status.NOT_FOUND });
});

test("a drain lets a call in flight end, ends health watches, and takes no new call", async () => {
  let answer: (response: GetResourceResponse) => void = () => {};
  let arrived: () => void = () => {};
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const { running, address } = await serving(async () => {
    arrived();
    return new Promise((resolve) => (answer = resolve));
  });
  const client = opened(new ResourceStoreClient(address, credentials.createInsecure()));
  const health = opened(new HealthClient(address, credentials.createInsecure()));
  const watching = health.watch({ service: "" });
  watching.on("error", () => {});
  watching.resume();
  const inFlight = outcome<GetResourceResponse>((done) => client.get({ namespace: "default", resourceId: "" }, done));
  await arrival;

  const stopped = running.stop();
  answer(GetResourceResponse.fromPartial({ history: "h1" }));
  expect(await inFlight).toMatchObject({ history: "h1" });
  await stopped;
  const late = await outcome<GetResourceResponse>((done) => client.get({ namespace: "default", resourceId: "" }, done));
  expect(late).toMatchObject({ code: status.UNAVAILABLE });
});

test("a domain error keeps its code, message and details; any other leaks nothing", async () => {
  const { address } = await serving(async (id) => {
    if (id === "bug") throw new Error("password=secret");
    throw invalidArgument([{ field: "resource_id", description: `"${id}" is no UUID` }]);
  });
  const client = opened(new ResourceStoreClient(address, credentials.createInsecure()));
  const get = (resourceId: string) =>
    outcome<GetResourceResponse>((done) => client.get({ namespace: "default", resourceId }, done));

  const wrong = (await get("7")) as ServiceError;
  expect(wrong).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'resource_id: "7" is no UUID' });
  const [detail] = errorDetailsOf(wrong);
  expect(detail?.typeUrl).toBe("type.googleapis.com/google.rpc.BadRequest");
  expect(BadRequest.decode(detail?.value ?? Buffer.alloc(0))).toEqual({
    fieldViolations: [{ field: "resource_id", description: '"7" is no UUID' }],
  });
  expect(await get("bug")).toMatchObject({ code: status.INTERNAL, details: "internal error" });
});

test("a port in use is refused with its address and why", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  closing.push(() => new Promise((resolve) => taken.close(resolve)));
  await new Promise((resolve) => taken.once("listening", resolve));
  const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
  const start = startProgram(
    program(async (scope) => void (await startGrpcServer(scope, { address, tls: undefined, services: [] }))),
    {},
  );
  await expect(start).rejects.toThrow(`cannot listen on ${address}: the port is in use`);
  await expect(start).rejects.toBeInstanceOf(ListenError);
});

test("reflection knows the public API", async () => {
  expect(await publicApiReflection()).toHaveProperty("addToServer");
});

function program(start: Program["start"]): Program {
  return { name: "example", settings: {}, admin: { key: "example.admin.listener.address", defaultAddress: "" }, start };
}

/** A program that serves the store's `Get` by a function. */
async function serving(
  get: Get = async () => GetResourceResponse.fromPartial({}),
): Promise<{ running: RunningProgram; scope: Scope; address: string }> {
  const scopes: Scope[] = [];
  const running = await startProgram(
    program(async (scope) => {
      scopes.push(scope);
      const answer = (
        { request }: { request: GetResourceRequest },
        callback: (error: Partial<ServiceError> | null, response?: GetResourceResponse) => void,
      ): void => {
        get(request.resourceId).then(
          (response) => callback(null, response),
          (error: unknown) => callback(serviceErrorOf(error, scope.log)),
        );
      };
      await startGrpcServer(scope, {
        address: "127.0.0.1:0",
        tls: undefined,
        services: [{ definition: ResourceStoreService, implementation: { get: answer } }],
      });
    }),
    {},
  );
  closing.push(() => running.stop());
  const [scope] = scopes;
  if (scope === undefined) throw new Error("the program did not start");
  return { running, scope, address: running.addresses["grpc"] ?? "" };
}

function opened<C extends Client>(client: C): C {
  closing.push(() => client.close());
  return client;
}

/** What a unary call ends with: its response or its error. */
async function outcome<T>(
  call: (done: (error: ServiceError | null, response: T) => void) => unknown,
): Promise<T | ServiceError> {
  return new Promise((resolve) => {
    call((error, response) => resolve(error ?? response));
  });
}
