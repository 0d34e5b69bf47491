import { once } from "node:events";
import { status } from "@grpc/grpc-js";
import { NEVER, of, Subject } from "rxjs";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import type { Signal } from "./stream-continuation.js";
import { grpcCall } from "./testing/grpc-client.js";
import { functions, texts } from "./testing/grpc-functions.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { startGateway } from "./testing/running-gateway.js";

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
  await expect.poll(() => running.lambda.invocations.length).toBe(1);
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
