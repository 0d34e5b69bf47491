import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { grpcCall } from "./testing/grpc-client.js";
import { functions, type GrpcEvent } from "./testing/grpc-functions.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { startGateway } from "./testing/running-gateway.js";

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
