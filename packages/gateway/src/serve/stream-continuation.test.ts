import { once } from "node:events";
import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { grpcCall } from "./testing/grpc-client.js";
import { functions, json, texts, type GrpcEvent } from "./testing/grpc-functions.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { startGateway } from "./testing/running-gateway.js";

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
