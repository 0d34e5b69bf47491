import { credentials, status } from "@grpc/grpc-js";
import { PingPongServiceClient } from "@protomesh/core/api";
import { exampleFunctions } from "@protomesh/local";
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { grpcCall } from "./testing/grpc-client.js";
import { functions, json, texts } from "./testing/grpc-functions.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { policy, startGateway } from "./testing/running-gateway.js";

test("a unary call by grpc-js: the example PingPong", async () => {
  const match = {
    protocol: "grpc",
    method: "*",
    path: "/protomesh.services.v1.PingPongService/DoPing",
    exact: true,
  } as const;
  await using running = await startGateway({
    functions: exampleFunctions,
    policies: [policy({ match, chain: [{ functionName: "ping-pong", qualifier: undefined }] })],
  });
  const client = new PingPongServiceClient(running.address, credentials.createInsecure());
  const pong = await new Promise((resolve, reject) => {
    client.doPing({ nonce: "abc" }, (error, response) => (error === null ? resolve(response) : reject(error)));
  });
  client.close();
  expect(pong).toEqual({ sha256Sum: "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0" });
});

test("the function sees the full method, the metadata and the message in padded base64", async () => {
  await using running = await startGateway({ functions });
  const { messages } = await grpcCall(running.address, "/test.event/Do", Buffer.from([1, 2]), {
    metadata: { "x-a": ["1", "2"], "x-bin": Buffer.from([3]), "x-request-id": "r-1" },
  });
  expect(JSON.parse(String(messages[0]))).toMatchObject({
    path: "/test.event/Do",
    httpMethod: "POST",
    multiValueHeaders: { "x-a": ["1", "2"], "x-bin": ["Aw=="], "x-nounce": [expect.any(String)] },
    requestContext: { requestId: "r-1" },
    body: "AQI=",
    isBase64Encoded: true,
  });
});

test("by setting the message is sent unpadded", async () => {
  await using running = await startGateway({ functions, settings: { unpaddedBase64: true } });
  const { messages } = await grpcCall(running.address, "/test.event/Do", Buffer.from([1]));
  expect(JSON.parse(String(messages[0]))).toMatchObject({ body: "AQ" });
});

test("any bytes of a message survive both directions", { timeout: 30_000 }, async () => {
  await using running = await startGateway({ functions });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const { messages } = await grpcCall(running.address, "/test.echo/Do", bytes);
      expect(messages.map((message) => new Uint8Array(message))).toEqual([bytes]);
    }),
    { numRuns: 40 },
  );
});

test("an answer's body that is not marked base64 is its UTF-8 bytes", async () => {
  await using running = await startGateway({ functions });
  const { messages } = await grpcCall(running.address, "/test.told/Do", json({ body: "AQI=é" }));
  expect(texts(messages)).toEqual(["AQI=é"]);
});

test("success is HEADERS, DATA, and trailers with grpc-status 0", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call(
    "/test.told/Do",
    frameOf(json({ headers: { "x-a": "1" }, multiValueTrailers: { "x-t": ["2"] }, body: "ok" })),
  );
  expect(answer).toMatchObject({
    headers: { ":status": 200, "content-type": "application/grpc", "x-a": "1" },
    headersOnly: false,
    trailers: { "grpc-status": "0", "x-t": "2" },
    resetCode: 0,
  });
  expect(answer.body).toEqual(frameOf(Buffer.from("ok")));
});

test("an error before any message is one HEADERS frame with status 200, metadata included", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call(
    "/test.told/Do",
    frameOf(json({ statusCode: 404, headers: { "x-a": "1" }, body: "none: 100% ☃" })),
  );
  expect(answer).toMatchObject({
    headers: {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": "5",
      "grpc-message": "none: 100%25 %E2%98%83",
      "x-a": "1",
    },
    headersOnly: true,
    resetCode: 0,
  });
});

test("grpc-js reads that error's status and message", async () => {
  await using running = await startGateway({ functions });
  const { status: ended } = await grpcCall(
    running.address,
    "/test.told/Do",
    json({ statusCode: 404, body: "none: 100% ☃" }),
  );
  expect(ended).toMatchObject({ code: status.NOT_FOUND, details: "none: 100% ☃" });
});

test("-bin metadata comes padded or not, and goes out unpadded", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const seen = await raw.call("/test.event/Do", frameOf(Buffer.alloc(0)), {
    "a-bin": "AQ==",
    "b-bin": "AQ",
    "c-bin": "AQ,Ag==",
  });
  expect(JSON.parse(seen.body.subarray(5).toString())).toMatchObject({
    multiValueHeaders: { "a-bin": ["AQ=="], "b-bin": ["AQ=="], "c-bin": ["AQ==", "Ag=="] },
  });
  const sent = await raw.call("/test.told/Do", frameOf(json({ headers: { "a-bin": "AQ==" } })));
  expect(sent.headers["a-bin"]).toBe("AQ");
});

test("pseudo, connection and grpc-* headers of a function are dropped", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const headers = {
    ":status": "500",
    connection: "close",
    "grpc-status": "3",
    "grpc-encoding": "gzip",
    "content-type": "text/html",
    "x-a": "1",
  };
  const answer = await raw.call("/test.told/Do", frameOf(json({ headers, body: "x" })));
  expect(answer.headers).toMatchObject({ ":status": 200, "content-type": "application/grpc", "x-a": "1" });
  for (const dropped of ["connection", "grpc-status", "grpc-encoding"])
    expect(answer.headers).not.toHaveProperty(dropped);
  expect(answer.trailers).toMatchObject({ "grpc-status": "0" });
});

test.each([
  { fault: { kind: "function-error", errorType: "Error", message: "a secret" }, want: status.INTERNAL },
  {
    fault: { kind: "function-error", errorType: "Sandbox.Timedout", message: "Task timed out after 3.00 seconds" },
    want: status.DEADLINE_EXCEEDED,
  },
  { fault: { kind: "answer", payload: "a secret" }, want: status.INTERNAL },
  { fault: { kind: "throttled" }, want: status.RESOURCE_EXHAUSTED },
  { fault: { kind: "denied" }, want: status.INTERNAL },
  { fault: { kind: "service-error" }, want: status.UNAVAILABLE },
  { fault: { kind: "dropped-connection" }, want: status.UNAVAILABLE },
] as const)(
  "fault $fault.kind: status $want with the request id and none of the function's words",
  async ({ fault, want }) => {
    await using running = await startGateway({ functions, faults: () => fault });
    const { status: ended } = await grpcCall(running.address, "/test.echo/Do", undefined, {
      metadata: { "x-request-id": "r-7" },
    });
    expect(ended.code).toBe(want);
    expect(ended.details).toContain("r-7");
    expect(ended.details).not.toContain("secret");
  },
);
