import { startProgram, type RunningProgram } from "@protomesh/core";
import { startLambdaEndpoint } from "@protomesh/local";
import { gatewayPolicy, lambdaHandler, test, until } from "@protomesh/testing";
import { expect, vi } from "vitest";
import { program } from "../main.js";
import { startRealStore } from "../testing/real-store.js";

test("a gateway that is started later routes as one that has run all along, by the age that the store tells", async ({
  database,
}) => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  const answering = (body: string) => () => ({ statusCode: 200, body });
  const functions = { first: answering("first"), second: answering("second") };
  const endpoint = await startLambdaEndpoint({ functions });
  const store = await startRealStore(database.dsn);
  const gateways: RunningProgram[] = [];
  const start = async (): Promise<RunningProgram> => {
    const started = await startProgram(program, {
      "gateway.listener.address": "127.0.0.1:0",
      "http.server.tls.disable": true,
      "gateway.resource.store.server.address": store.address,
      "gateway.aws.lambda.endpoint": endpoint.url,
      "gateway.aws.lambda.region": "us-east-1",
    });
    gateways.push(started);
    await until(() => started.readiness().ready, "the gateway is ready");
    return started;
  };
  const get = async ({ addresses }: RunningProgram, path: string): Promise<string> =>
    (await fetch(`http://${addresses["gateway"]}${path}`)).text();
  const policy = (name: string, path: string, maxConcurrency = 0) =>
    gatewayPolicy({
      name,
      spec: {
        source: { $case: "http", value: { path, exactPathMatch: true } },
        handlers: [lambdaHandler(name)],
        maxConcurrency,
      },
    });
  try {
    const early = await start();
    await store.put(policy("first", "/taken"));
    await store.put(policy("second", "/taken"));
    await store.put(policy("first", "/taken", 7));
    await store.put(policy("second", "/moved"));
    await until(async () => (await get(early, "/moved")) === "second", "the second one has moved away");
    await store.put(policy("first", "/moved", 7));
    await until(async () => (await get(early, "/moved")) === "first", "the first one has followed it");
    const late = await start();
    expect(await get(late, "/moved")).toBe("first");

    await store.drop(policy("first", "/moved").id);
    await until(async () => (await get(early, "/moved")) === "second", "the second one is alone");
    await store.put(policy("first", "/moved"));
    await store.put(policy("first", "/moved", 8));
    const latest = await start();
    for (const gateway of [early, late, latest]) expect(await get(gateway, "/moved")).toBe("second");
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await store.stop();
    await endpoint.stop();
    vi.unstubAllEnvs();
  }
});
