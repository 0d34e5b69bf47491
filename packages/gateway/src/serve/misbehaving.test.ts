import { once } from "node:events";
import { constants } from "node:http2";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { startGateway, type RunningGateway } from "./testing/running-gateway.js";

const functions = {
  echo: (event: { body: string }) => ({ body: event.body, isBase64Encoded: true }),
  stuck: async () => new Promise<never>(() => undefined),
};

/** The gateway still answers others. */
async function answers({ url }: RunningGateway): Promise<void> {
  using raw = new RawHttp2(url);
  const { trailers } = await raw.call("/test.echo/Do", frameOf(Buffer.from("x")));
  expect(trailers["grpc-status"]).toBe("0");
}

test("a request by HTTP/2 that does not arrive in time is taken back, and its connection serves on", async () => {
  await using running = await startGateway({ functions, limits: { requestTimeoutMs: 50 } });
  using raw = new RawHttp2(running.url);
  const { stream, answer } = raw.open("/test.echo/Do");
  stream.write(frameOf(Buffer.from("slow")).subarray(0, 6));
  expect((await answer).resetCode).toBe(constants.NGHTTP2_CANCEL);
  expect((await raw.call("/test.echo/Do", frameOf(Buffer.from("x")))).trailers["grpc-status"]).toBe("0");
});

test("streams beyond the limit are refused, and the others answered", async () => {
  await using running = await startGateway({ functions, limits: { maxStreams: 3 } });
  using raw = new RawHttp2(running.url);
  await once(raw.session, "remoteSettings");
  expect(raw.session.remoteSettings.maxConcurrentStreams).toBe(3);
  const message = frameOf(Buffer.from("x"));
  const all = await Promise.all(Array.from({ length: 20 }, async () => raw.call("/test.echo/Do", message)));
  expect(all.map(({ trailers }) => trailers["grpc-status"])).toEqual(all.map(() => "0"));
});

test("a client that opens streams only to reset them costs invocations their end, and nobody else anything", async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  const message = frameOf(Buffer.from("x"));
  const closed = Array.from({ length: 200 }, async () => {
    const { stream, answer } = raw.open("/test.stuck/Do");
    stream.end(message, () => stream.close(constants.NGHTTP2_CANCEL));
    return answer;
  });
  await Promise.all(closed);
  await answers(running);
  await expect.poll(() => running.lambda.invocations.filter(({ state }) => state === "running")).toEqual([]);
});

test("headers above the limit: 431, also by HTTP/2", async () => {
  await using running = await startGateway({ functions, limits: { maxHeaderBytes: 8_192 } });
  using raw = new RawHttp2(running.url);
  const answer = await raw.call("/test.echo/Do", frameOf(Buffer.from("x")), { "x-large": "x".repeat(60_000) });
  expect(answer.headers[":status"]).toBe(431);
  await answers(running);
});

test.each([
  {
    title: "a preface with frames of nonsense",
    bytes: Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.alloc(64, 0xff)]),
  },
  { title: "half a preface and then something else", bytes: Buffer.from("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n") },
  { title: "no HTTP", bytes: Buffer.from("\u0000\u0001\u0002\u0003\r\n\r\n") },
  {
    title: "two lengths",
    bytes: Buffer.from("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"),
  },
  {
    title: "a length and chunks, as in request smuggling",
    bytes: Buffer.from(
      "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
  },
])("$title: the connection ends, nothing is invoked, and the gateway answers others", async ({ bytes }) => {
  await using running = await startGateway({ functions });
  const [host = "", port = ""] = running.address.split(":");
  const socket = connect({ host, port: Number(port) });
  socket.on("error", () => undefined);
  socket.write(bytes);
  await buffer(socket).catch(() => undefined);
  expect(running.lambda.invocations).toEqual([]);
  await answers(running);
});
