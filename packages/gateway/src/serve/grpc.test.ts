import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { credentials, status } from "@grpc/grpc-js";
import { HealthClient, PingPongServiceClient } from "@protomesh/core/api";
import { exampleFunctions, type LambdaFunction } from "@protomesh/local";
import fc from "fast-check";
import { BehaviorSubject, NEVER, of, Subject } from "rxjs";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import type { Signal } from "./stream-continuation.js";
import { grpcCall } from "./testing/grpc-client.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { policy, startGateway } from "./testing/running-gateway.js";

interface GrpcEvent {
  readonly path: string;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
}

const answered = (value: unknown): object => ({ body: JSON.stringify(value) });
const told = (event: GrpcEvent): Record<string, unknown> =>
  JSON.parse(Buffer.from(event.body, "base64").toString()) as Record<string, unknown>;

const functions = {
  /** The message back as it came. */
  echo: (event: GrpcEvent) => ({ body: event.body, isBase64Encoded: true }),
  /** The event, as JSON. */
  event: answered,
  /** The answer that the message holds, as JSON. */
  told,
  /** A stream: "1", "2", "3", each a moment after the one before. */
  counting: (() => {
    let count = 0;
    return () => {
      count++;
      return { statusCode: count < 3 ? 102 : 200, headers: { "x-server-stream-timeout": "1ms" }, body: `${count}` };
    };
  })(),
  more: () => ({ statusCode: 102, body: "more" }),
  forever: () => ({ statusCode: 102, body: "more", headers: { "x-server-stream-timeout": "1ms" } }),
  waiting: () => ({ statusCode: 102, body: "more", headers: { "x-server-stream-timeout": "1h" } }),
} satisfies Record<string, LambdaFunction>;

const texts = (messages: readonly Buffer[]): string[] => messages.map(String);
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

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

test.each([
  "application/grpc",
  "application/grpc+proto",
  "application/grpc+json",
  "application/grpc+x",
  "application/grpc;a=b",
])("content type %s is gRPC, and the answer's type", async (type) => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", frameOf(Buffer.from("x")), { "content-type": type });
  expect(answer).toMatchObject({ headers: { "content-type": type }, trailers: { "grpc-status": "0" } });
});

test("content type application/grpcfoo is HTTP: 415 where a gRPC policy takes the path, else 404", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const statusAt = async (path: string): Promise<unknown> => {
    const answer = await raw.call(path, Buffer.alloc(0), { "content-type": "application/grpcfoo" });
    return answer.headers[":status"];
  };
  expect(await statusAt("/test.echo/Do")).toBe(415);
  expect(await statusAt("/test.nobody/Do")).toBe(404);
  expect(running.lambda.invocations).toEqual([]);
});

test.each(["GET", "PUT"])("%s is refused without an invocation", async (method) => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", Buffer.alloc(0), { ":method": method });
  expect(answer.headers).toMatchObject({ ":status": 405, allow: "POST" });
  expect(running.lambda.invocations).toEqual([]);
});

test("gRPC over HTTP/1.1 is refused", async () => {
  await using running = await startGateway({ functions });
  const response = await fetch(`${running.url}/test.echo/Do`, {
    method: "POST",
    headers: { "content-type": "application/grpc" },
  });
  expect(response.status).toBe(505);
});

test("a method that no policy takes: UNIMPLEMENTED", async () => {
  await using running = await startGateway({ functions });
  const { status: ended } = await grpcCall(running.address, "/no.Service/Method");
  expect(ended).toMatchObject({ code: status.UNIMPLEMENTED, details: "no policy takes the method /no.Service/Method" });
});

test.each(["1s", "-1S", "1", "123456789S", "1.5S"])(
  "grpc-timeout %s: INTERNAL, without an invocation",
  async (timeout) => {
    await using running = await startGateway({ functions });
    using raw = new RawHttp2(running.url);
    const answer = await raw.call("/test.echo/Do", frameOf(Buffer.alloc(0)), { "grpc-timeout": timeout });
    expect(answer.headers).toMatchObject({ ":status": 200, "grpc-status": `${status.INTERNAL}` });
    expect(running.lambda.invocations).toEqual([]);
  },
);

test("grpc-timeout 0 expires at once, without an invocation", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", frameOf(Buffer.alloc(0)), { "grpc-timeout": "0n" });
  expect(answer.headers).toMatchObject({ "grpc-status": `${status.DEADLINE_EXCEEDED}` });
  expect(running.lambda.invocations).toEqual([]);
});

test("grpc-timeout 99999999H is capped for timers, not taken for none", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", frameOf(Buffer.alloc(0)), { "grpc-timeout": "99999999H" });
  expect(answer.trailers).toMatchObject({ "grpc-status": "0" });
});

test("the time that is left reaches the function", async () => {
  await using running = await startGateway({ functions });
  const { messages } = await grpcCall(running.address, "/test.event/Do", undefined, { deadline: Date.now() + 5_000 });
  const { headers } = JSON.parse(String(messages[0])) as GrpcEvent;
  expect(headers["grpc-timeout"]).toMatch(/^\d{1,4}m$/);
});

test("the deadline aborts the invocation: DEADLINE_EXCEEDED", async () => {
  await using running = await startGateway({ functions, faults: () => ({ kind: "stalled" }) });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", frameOf(Buffer.alloc(0)), { "grpc-timeout": "1S" });
  expect(answer.headers).toMatchObject({ ":status": 200, "grpc-status": `${status.DEADLINE_EXCEEDED}` });
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
});

test("a cancelled call aborts its invocation", async () => {
  await using running = await startGateway({ functions, faults: () => ({ kind: "stalled" }) });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.echo/Do");
  stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  stream.close(8);
  await answer;
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
  await expect.poll(() => running.served[0]?.grpcStatus).toBe(status.CANCELLED);
});

test("a connection that is lost aborts its calls", async () => {
  await using running = await startGateway({ functions, faults: () => ({ kind: "stalled" }) });
  using raw = new RawHttp2(running.url);
  raw.open("/test.echo/Do").stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  raw.session.destroy();
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
});

test("a gzip message is understood", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", frameOf(gzipSync("hello"), 1), { "grpc-encoding": "gzip" });
  expect(answer.body).toEqual(frameOf(Buffer.from("hello")));
});

test.each([
  { title: "compressed without grpc-encoding", body: frameOf(gzipSync("x"), 1), headers: {}, want: status.INTERNAL },
  {
    title: "compressed and no gzip",
    body: frameOf(Buffer.from("x"), 1),
    headers: { "grpc-encoding": "gzip" },
    want: status.INTERNAL,
  },
  {
    title: "an unknown encoding",
    body: frameOf(Buffer.from("x")),
    headers: { "grpc-encoding": "br" },
    want: status.UNIMPLEMENTED,
  },
  {
    title: "larger than the limit by its length",
    body: Buffer.from([0, 0, 0, 0, 101]),
    headers: {},
    want: status.RESOURCE_EXHAUSTED,
  },
  {
    title: "larger than the limit once decompressed",
    body: frameOf(gzipSync(Buffer.alloc(101)), 1),
    headers: { "grpc-encoding": "gzip" },
    want: status.RESOURCE_EXHAUSTED,
  },
  {
    title: "a frame that ends too soon",
    body: frameOf(Buffer.from("abc")).subarray(0, 7),
    headers: {},
    want: status.INTERNAL,
  },
  { title: "no message at all", body: Buffer.alloc(0), headers: {}, want: status.UNIMPLEMENTED },
  {
    title: "two messages",
    body: Buffer.concat([frameOf(Buffer.from("a")), frameOf(Buffer.from("b"))]),
    headers: {},
    want: status.UNIMPLEMENTED,
  },
])("$title: status $want, without an invocation", async ({ body, headers, want }) => {
  await using running = await startGateway({ functions, settings: { maxMessageBytes: 100 } });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", body, headers);
  expect(answer).toMatchObject({
    headers: { ":status": 200, "grpc-status": `${want}`, "grpc-accept-encoding": "identity,gzip" },
    headersOnly: true,
  });
  expect(running.lambda.invocations).toEqual([]);
});

test("a length above the maximum is refused before its bytes come", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.echo/Do");
  stream.write(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]));
  expect(await answer).toMatchObject({ headers: { "grpc-status": `${status.RESOURCE_EXHAUSTED}` } });
});

test("a second message is refused at once, while the client's stream is still open", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.echo/Do");
  stream.write(frameOf(Buffer.from("a")));
  stream.write(frameOf(Buffer.from("b")));
  expect(await answer).toMatchObject({ headers: { "grpc-status": `${status.UNIMPLEMENTED}` } });
});

test("a message split over many DATA frames is one message", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.echo/Do");
  const frame = frameOf(Buffer.from("hello"));
  for (const byte of frame) {
    stream.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.end();
  expect((await answer).body).toEqual(frame);
});

test("an empty message is a message, both ways", async () => {
  await using running = await startGateway({ functions });
  const { messages, status: ended } = await grpcCall(running.address, "/test.echo/Do");
  expect(texts(messages)).toEqual([""]);
  expect(ended.code).toBe(status.OK);
});

test("a megabyte in each direction", async () => {
  await using running = await startGateway({ functions });
  const large = Buffer.alloc(1024 * 1024, "x");
  const { messages } = await grpcCall(running.address, "/test.echo/Do", large);
  expect(messages[0]?.equals(large)).toBe(true);
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

test("102 asks the function again after the time that it names, with the same request", async () => {
  await using running = await startGateway({ functions });
  const { messages, status: ended } = await grpcCall(running.address, "/test.counting/Do", Buffer.from("same"));
  expect(texts(messages)).toEqual(["1", "2", "3"]);
  expect(ended.code).toBe(status.OK);
  const bodies = running.lambda.invocations.map(({ event }) => (event as GrpcEvent).body);
  expect(new Set(bodies)).toEqual(new Set([Buffer.from("same").toString("base64")]));
});

test("102 with neither time nor signal is the stream's end", async () => {
  await using running = await startGateway({ functions });
  const { messages, status: ended } = await grpcCall(running.address, "/test.more/Do");
  expect([texts(messages), ended.code]).toEqual([["more"], status.OK]);
});

test("102 with a time that is none: INTERNAL after the message", async () => {
  await using running = await startGateway({ functions });
  const answer = json({ statusCode: 102, headers: { "x-server-stream-timeout": "soon" }, body: "one" });
  const { messages, status: ended } = await grpcCall(running.address, "/test.told/Do", answer);
  expect([texts(messages), ended.code]).toEqual([["one"], status.INTERNAL]);
});

test("an error after messages stands in the trailers", async () => {
  const answers = [
    { statusCode: 102, headers: { "x-server-stream-timeout": "1ms" }, body: "one" },
    { statusCode: 410, body: "gone" },
  ];
  await using running = await startGateway({ functions: { ending: () => answers.shift() } });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.ending/Do", frameOf(Buffer.alloc(0)));
  expect(answer).toMatchObject({
    headers: { ":status": 200 },
    trailers: { "grpc-status": `${status.ABORTED}`, "grpc-message": "gone" },
  });
  expect(answer.body).toEqual(frameOf(Buffer.from("one")));
});

test("a signal asks again at once; the topic is the prefix and the metadata's value", async () => {
  const signals = new Subject<Signal>();
  const topics: string[] = [];
  await using running = await startGateway({
    functions,
    signals: (topic) => {
      topics.push(topic);
      return { signals, stands: of(true) };
    },
  });
  const call = grpcCall(running.address, "/test.waiting/Do", undefined, {
    metadata: { "x-topic": "orders" },
    deadline: Date.now() + 1_500,
  });
  await expect.poll(() => running.lambda.invocations.length).toBe(1);
  signals.next({});
  await expect.poll(() => running.lambda.invocations.length).toBe(2);
  expect(topics).toEqual(["lambda.server.stream:orders"]);
  expect(signals.observed).toBe(true);
  expect((await call).messages.length).toBeGreaterThanOrEqual(2);
  await expect.poll(() => signals.observed).toBe(false);
});

test("a signal that comes while the function runs is not lost", async () => {
  const signals = new Subject<Signal>();
  let runs = 0;
  const signalled = () => {
    runs++;
    if (runs === 1) signals.next({});
    return { statusCode: runs === 1 ? 102 : 200, body: `${runs}` };
  };
  await using running = await startGateway({
    functions: { signalled },
    signals: () => ({ signals, stands: of(true) }),
  });
  const { messages } = await grpcCall(running.address, "/test.signalled/Do", undefined, {
    metadata: { "x-topic": "t" },
  });
  expect(texts(messages)).toEqual(["1", "2"]);
});

test("the function is invoked when its signals are listened to", async () => {
  const stands = new Subject<boolean>();
  await using running = await startGateway({ functions, signals: () => ({ signals: NEVER, stands }) });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.waiting/Do", { "x-topic": "t" });
  stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => stands.observed).toBe(true);
  expect(running.lambda.invocations).toHaveLength(0);
  stands.next(true);
  await expect.poll(() => running.lambda.invocations.length).toBe(1);
  stream.close(8);
  await answer;
});

test("a store that never says that it listens holds a call up for a moment only", async () => {
  await using running = await startGateway({ functions, signals: () => ({ signals: NEVER, stands: NEVER }) });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.waiting/Do", { "x-topic": "t" });
  stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => running.lambda.invocations.length, { timeout: 10_000 }).toBe(1);
  stream.close(8);
  await answer;
});

test("a call that ends before its signals are listened to invokes nothing", async () => {
  await using running = await startGateway({ functions, signals: () => ({ signals: NEVER, stands: NEVER }) });
  const call = grpcCall(running.address, "/test.waiting/Do", undefined, {
    metadata: { "x-topic": "t" },
    deadline: Date.now() + 200,
  });
  await expect(call).resolves.toMatchObject({ status: { code: status.DEADLINE_EXCEEDED } });
  expect(running.lambda.invocations).toHaveLength(0);
});

test("a cancelled stream is asked for nothing more, and its signals are no longer listened to", async () => {
  const signals = new Subject<Signal>();
  await using running = await startGateway({ functions, signals: () => ({ signals, stands: of(true) }) });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.waiting/Do", { "x-topic": "t" });
  stream.end(frameOf(Buffer.alloc(0)));
  await once(stream, "data");
  stream.close(8);
  await answer;
  await expect.poll(() => signals.observed).toBe(false);
  signals.next({});
  await expect.poll(() => running.served[0]?.grpcStatus).toBe(status.CANCELLED);
  expect(running.lambda.invocations).toHaveLength(1);
});

test("the deadline ends a stream with DEADLINE_EXCEEDED in its trailers", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.forever/Do", frameOf(Buffer.alloc(0)), { "grpc-timeout": "1S" });
  expect(answer.trailers).toMatchObject({ "grpc-status": `${status.DEADLINE_EXCEEDED}` });
  const count = running.lambda.invocations.length;
  await expect.poll(() => running.served.length).toBe(1);
  expect(running.lambda.invocations.length).toBe(count);
});

test("a client that does not read holds its stream back, and nothing is gathered for it", async () => {
  const large = "x".repeat(200_000);
  await using running = await startGateway({
    functions: { large: () => ({ statusCode: 102, headers: { "x-server-stream-timeout": "0" }, body: large }) },
  });
  using raw = new RawHttp2(running.url);
  const { stream } = raw.open("/test.large/Do");
  stream.end(frameOf(Buffer.alloc(0)));
  stream.pause();
  await once(stream, "response");
  let before = -1;
  await expect
    .poll(
      () => {
        const settled = before === running.lambda.invocations.length;
        before = running.lambda.invocations.length;
        return settled;
      },
      { interval: 200 },
    )
    .toBe(true);
  expect(before).toBeLessThan(20);
});

test("drain: GOAWAY at once, the call under way is answered", async () => {
  let release = (): void => undefined;
  const slow = async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return { body: "done" };
  };
  await using running = await startGateway({ functions: { slow } });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.slow/Do");
  stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  const goaway = once(raw.session, "goaway");
  const drained = running.front.drain(10_000);
  await goaway;
  release();
  expect(await answer).toMatchObject({ trailers: { "grpc-status": "0" } });
  await drained;
});

test("drain: what does not end in time is broken off", async () => {
  await using running = await startGateway({ functions, faults: () => ({ kind: "stalled" }) });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.echo/Do");
  stream.end(frameOf(Buffer.alloc(0)));
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  await running.front.drain(50);
  expect((await answer).headers).toEqual({});
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
});

test("health is answered for the gateway and for each service of a policy, and follows readiness", async () => {
  await using running = await startGateway({ functions });
  const client = new HealthClient(running.address, credentials.createInsecure());
  const check = async (service: string) =>
    new Promise((resolve) => {
      client.check({ service }, (error, response) => resolve(error?.code ?? response.status));
    });
  expect(await check("")).toBe("SERVING");
  expect(await check("test.echo")).toBe("SERVING");
  expect(await check("test.absent")).toBe(status.NOT_FOUND);
  running.ready.next(false);
  expect(await check("")).toBe("NOT_SERVING");
  client.close();
});

test("a health watch tells each change, and ends when the gateway drains", async () => {
  await using running = await startGateway({ functions });
  const client = new HealthClient(running.address, credentials.createInsecure());
  const seen = new BehaviorSubject<string[]>([]);
  const watch = client.watch({ service: "" });
  watch.on("data", (response: { status: string }) => seen.next([...seen.value, response.status]));
  await expect.poll(() => seen.value).toEqual(["SERVING"]);
  running.ready.next(false);
  await expect.poll(() => seen.value).toEqual(["SERVING", "NOT_SERVING"]);
  running.ready.complete();
  await once(watch, "end");
  client.close();
});

test("a policy that takes the health service answers it", async () => {
  const match = { protocol: "grpc", method: "*", path: "/grpc.health.v1.Health/", exact: false } as const;
  await using running = await startGateway({ functions, policies: [policy({ match })] });
  const { messages } = await grpcCall(running.address, "/grpc.health.v1.Health/Check", Buffer.from("mine"));
  expect(texts(messages)).toEqual(["mine"]);
});
