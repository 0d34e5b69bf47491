import { instanceResourceId, startProgram, type RunningProgram } from "@protomesh/core";
import { exampleFunctions, startLambdaEndpoint, type Fault } from "@protomesh/local";
import { gatewayPolicy, lambdaHandler, test, until } from "@protomesh/testing";
import { expect, vi } from "vitest";
import { program } from "../main.js";
import { readStatuses, startRealStore, type RealStore } from "../testing/real-store.js";

interface Opened extends AsyncDisposable {
  readonly store: RealStore;
  readonly gateway: RunningProgram;
  readonly lambda: { fault: Fault | undefined };
  readonly get: (path: string) => Promise<number>;
}

/** A gateway over the shipped store, before a Lambda endpoint whose fault the test sets. */
async function open(dsn: string): Promise<Opened> {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  const lambda: Opened["lambda"] = { fault: undefined };
  const endpoint = await startLambdaEndpoint({ functions: exampleFunctions, faults: () => lambda.fault });
  const store = await startRealStore(dsn);
  const gateway = await startProgram(program, {
    "gateway.listener.address": "127.0.0.1:0",
    "http.server.tls.disable": true,
    "gateway.resource.store.server.address": store.address,
    "gateway.aws.lambda.endpoint": endpoint.url,
    "gateway.aws.lambda.region": "us-east-1",
    "gateway.instance.name": "edge-a",
    "gateway.status.interval": 50,
  });
  return {
    store,
    gateway,
    lambda,
    get: async (path) => {
      const response = await fetch(`http://${gateway.addresses["gateway"]}${path}`);
      await response.body?.cancel();
      return response.status;
    },
    [Symbol.asyncDispose]: async () => {
      await gateway.stop();
      await store.stop();
      await endpoint.stop();
      vi.unstubAllEnvs();
    },
  };
}

/** Waits until a resource's status says this. */
async function told(store: RealStore, id: string, want: string): Promise<void> {
  const words = (): string => {
    const { reporter = "", conditions = [] } = store.statuses().get(id) ?? {};
    return conditions.map(({ type, state, reason }) => `${reporter}: ${type} ${state.slice(6)} ${reason}`).join(", ");
  };
  await until(() => words() === want, `the status says ${want}`, { last: words });
}

const hello = gatewayPolicy();

test("in the store: what serves, what clashes, what fails, and that it is mended", async ({ database }) => {
  await using opened = await open(database.dsn);
  const { store, lambda, get } = opened;
  await store.put(hello);
  await told(store, hello.id, "gateway/edge-a: Programmed TRUE Serving");

  const clashing = { ...hello, id: "11111111-1111-4111-8111-111111111111", name: "clashing" };
  await store.put(clashing);
  await told(store, clashing.id, "gateway/edge-a: Conflict TRUE MatchTaken");
  await store.drop(clashing.id);
  await told(store, clashing.id, "");

  const absent = gatewayPolicy({ name: "absent" });
  await store.put(absent);
  await told(store, absent.id, "gateway/edge-a: Programmed TRUE Serving");
  expect(await get("/absent")).toBe(502);
  await told(store, absent.id, "gateway/edge-a: Programmed FALSE FunctionNotFound");
  expect(store.statuses().get(absent.id)?.conditions[0]?.message).toMatch(
    /^a function does not exist: ResourceNotFoundException \(404\): Function not found: arn:.*:absent \(1 request, last /,
  );

  lambda.fault = { kind: "denied" };
  expect(await get("/hello")).toBe(502);
  await told(store, hello.id, "gateway/edge-a: Programmed FALSE AccessDenied");
  lambda.fault = { kind: "throttled" };
  for (let n = 0; n < 20; n++) expect(await get("/hello")).toBe(429);
  await told(store, hello.id, "gateway/edge-a: Programmed TRUE Throttled");
  await until(() => store.statuses().get(hello.id)?.details["failures"] === "20", "all of them are counted");
  lambda.fault = undefined;
  expect(await get("/hello")).toBe(200);
  await told(store, hello.id, "gateway/edge-a: Programmed TRUE Serving");

  const renamed = gatewayPolicy({ name: "absent", spec: { handlers: [lambdaHandler("hello")] } });
  await store.put(renamed);
  await told(store, absent.id, "gateway/edge-a: Programmed TRUE Serving");
});

test("the instance says which revision it serves by and what it knows, and takes it back at its end", async ({
  database,
}) => {
  await using opened = await open(database.dsn);
  const { store, gateway } = opened;
  const said = () => store.statuses().get(instanceResourceId);
  const before = await until(said, "it says that it lives");
  expect(before).toMatchObject({ reporter: "gateway/edge-a", details: { conflicts: "0", invalid: "0" } });

  await store.put(gatewayPolicy({ name: "third" }));
  const after = await until(
    () => (said()?.observedIndex ?? 0n) > before.observedIndex && said(),
    "it has taken the new one",
  );
  expect(Number(after.details["policies"])).toBe(Number(before.details["policies"]) + 1);

  await gateway.stop();
  await until(() => said() === undefined, "it is gone");
});

test("without its store a gateway serves on and says so; when it is back, it says what has changed since", async ({
  database,
}) => {
  await using opened = await open(database.dsn);
  const { store, gateway, get } = opened;
  await store.put(hello);
  await until(async () => (await get("/hello")) === 200, "the policy is served");

  await store.kill();
  await until(() => gateway.readiness().parts["store"]?.startsWith("degraded"), "it says that the store is away");
  expect(await get("/hello")).toBe(200);
  expect(gateway.readiness().ready).toBe(true);

  await store.start();
  const absent = gatewayPolicy({ name: "later" });
  await store.put(absent);
  await until(async () => (await get("/later")) === 502, "the new policy is served");
  await until(async () => {
    const spoken = await readStatuses(store.client, "gateway/edge-a");
    return spoken.get(absent.id)?.conditions[0]?.reason === "FunctionNotFound";
  }, "what it says of it is in the store");
});
