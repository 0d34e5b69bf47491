import { startProgram } from "@protomesh/core";
import { PublishRequest } from "@protomesh/core/api";
import { startLambdaEndpoint } from "@protomesh/local";
import { gatewayPolicy, lambdaHandler, test, until } from "@protomesh/testing";
import { expect, vi } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { program } from "../main.js";
import { startRealStore, type RealStore } from "../testing/real-store.js";
import { RawHttp2 } from "./testing/raw-http2.js";

async function publish({ client }: RealStore, topic: string, payload = ""): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = PublishRequest.fromPartial({ topic, payload: Buffer.from(payload) });
    client.publish(request, (error) => (error === null ? resolve() : reject(error)));
  });
}

test("a signal that is published in the store as soon as the function runs asks it again", async ({ database }) => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  let asked = 0;
  const news = async () => {
    asked++;
    // Before the answer: whoever is told of it may signal at once, and once.
    const signal = [JSON.stringify({ service: "a.News", method: "Follow" }), ""][asked - 1];
    if (signal !== undefined) await publish(store, "lambda.server.stream:42", signal);
    return { statusCode: asked < 3 ? 102 : 200, body: `news ${asked}` };
  };
  const functions = { news };
  const endpoint = await startLambdaEndpoint({ functions });
  const store = await startRealStore(database.dsn);
  const gateway = await startProgram(program, {
    "gateway.listener.address": "127.0.0.1:0",
    "http.server.tls.disable": true,
    "gateway.resource.store.server.address": store.address,
    "gateway.aws.lambda.endpoint": endpoint.url,
    "gateway.aws.lambda.region": "us-east-1",
  });
  try {
    const source = { $case: "grpc", value: { methodName: "/a.News/Follow", exactMethodNameMatch: true } } as const;
    const spec = { source, handlers: [lambdaHandler("news")], lambdaStreamSignalHeaderKey: "x-user-id" };
    await store.put(gatewayPolicy({ name: "news", spec }));
    using raw = new RawHttp2(`http://${gateway.addresses["gateway"]}`);
    const call = async () => raw.call("/a.News/Follow", frameOf(Buffer.alloc(0)), { "x-user-id": "42" });
    await until(
      async () => (await raw.call("/a.News/Other", Buffer.alloc(0))).headers["grpc-status"] === "12",
      "it is open",
    );
    await until(
      () => JSON.stringify(gateway.readiness()).includes("ready") && gateway.readiness().ready,
      "it is ready",
    );

    const { body, trailers } = await call();
    expect(trailers["grpc-status"]).toBe("0");
    const messages = ["news 1", "news 2", "news 3"].map((text) => frameOf(Buffer.from(text)));
    expect(body).toEqual(Buffer.concat(messages));
  } finally {
    await gateway.stop();
    await store.stop();
    await endpoint.stop();
    vi.unstubAllEnvs();
  }
});
