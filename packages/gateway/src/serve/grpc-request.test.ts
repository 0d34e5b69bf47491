import { gzipSync } from "node:zlib";
import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { grpcCall } from "./testing/grpc-client.js";
import { functions, texts } from "./testing/grpc-functions.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { startGateway } from "./testing/running-gateway.js";

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
