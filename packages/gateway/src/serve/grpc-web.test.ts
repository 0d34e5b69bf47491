import { connect as http2Connect } from "node:http2";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import type { LambdaFunction } from "@protomesh/local";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { startGateway } from "./testing/running-gateway.js";

interface GrpcEvent {
  readonly body: string;
}

const functions = {
  echo: (event: GrpcEvent) => ({
    headers: { "x-a": "1" },
    multiValueTrailers: { "x-t": ["2"] },
    body: event.body,
    isBase64Encoded: true,
  }),
  failing: () => ({ statusCode: 412, body: "not ready: ☃" }),
  counting: (() => {
    let count = 0;
    return () => {
      count++;
      return { statusCode: count < 3 ? 102 : 200, headers: { "x-server-stream-timeout": "1ms" }, body: `${count}` };
    };
  })(),
} satisfies Record<string, LambdaFunction>;

/** The messages and the trailers of a gRPC-Web body. */
function parsed(body: Buffer): { readonly messages: string[]; readonly trailers: string } {
  const messages: string[] = [];
  let trailers = "";
  for (let rest = body; rest.length > 0;) {
    const length = rest.readUInt32BE(1);
    const payload = rest.subarray(5, 5 + length).toString();
    if ((rest[0] ?? 0) === 0x80) trailers = payload;
    else messages.push(payload);
    rest = rest.subarray(5 + length);
  }
  return { messages, trailers };
}

async function post(url: string, type: string, body: Uint8Array): Promise<{ response: Response; body: Buffer }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": type, "x-grpc-web": "1" },
    body: Buffer.from(body),
  });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
}

/** Text bodies are base64 in pieces; each piece is padded on its own. */
const decoded = (text: Buffer): Buffer =>
  Buffer.concat((text.toString().match(/[^=]+=*/g) ?? []).map((piece) => Buffer.from(piece, "base64")));

test("binary, over HTTP/1.1: messages, then the trailers in a frame of their own", async () => {
  await using running = await startGateway({ functions });
  const { response, body } = await post(
    `${running.url}/test.echo/Do`,
    "application/grpc-web+proto",
    frameOf(Buffer.from("hey")),
  );
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/grpc-web+proto");
  expect(response.headers.get("x-a")).toBe("1");
  expect(parsed(body)).toEqual({ messages: ["hey"], trailers: "grpc-status: 0\r\nx-t: 2\r\n" });
});

test("binary, over HTTP/2", async () => {
  await using running = await startGateway({ functions });
  const session = http2Connect(running.url);
  const stream = session.request({
    ":method": "POST",
    ":path": "/test.echo/Do",
    "content-type": "application/grpc-web",
  });
  stream.end(frameOf(Buffer.from("hey")));
  await once(stream, "response");
  const body = await buffer(stream);
  session.close();
  expect(parsed(body).messages).toEqual(["hey"]);
});

test("text: both bodies are base64", async () => {
  await using running = await startGateway({ functions });
  const request = Buffer.from(frameOf(Buffer.from("hey")).toString("base64"));
  const { response, body } = await post(`${running.url}/test.echo/Do`, "application/grpc-web-text+proto", request);
  expect(response.headers.get("content-type")).toBe("application/grpc-web-text+proto");
  expect(parsed(decoded(body)).messages).toEqual(["hey"]);
});

test("text in pieces that were encoded one by one", async () => {
  await using running = await startGateway({ functions });
  const frame = frameOf(Buffer.from("hey"));
  const pieces = [frame.subarray(0, 5), frame.subarray(5)].map((piece) => piece.toString("base64")).join("");
  const { body } = await post(`${running.url}/test.echo/Do`, "application/grpc-web-text", Buffer.from(pieces));
  expect(parsed(decoded(body)).messages).toEqual(["hey"]);
});

test.each(["application/grpc-web", "application/grpc-web-text"])(
  "a stream of %s: each message comes as it is there",
  async (type) => {
    await using running = await startGateway({ functions });
    const text = type.endsWith("text");
    const request = text ? Buffer.from(frameOf(Buffer.alloc(0)).toString("base64")) : frameOf(Buffer.alloc(0));
    const { body } = await post(`${running.url}/test.counting/Do`, type, request);
    const { messages, trailers } = parsed(text ? decoded(body) : body);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.at(-1)).toMatch(/^\d+$/);
    expect(trailers).toBe("grpc-status: 0\r\n");
  },
);

test("an error is status 200 with its trailers in the body", async () => {
  await using running = await startGateway({ functions });
  const { response, body } = await post(
    `${running.url}/test.failing/Do`,
    "application/grpc-web",
    frameOf(Buffer.alloc(0)),
  );
  expect(response.status).toBe(200);
  expect(parsed(body)).toEqual({ messages: [], trailers: "grpc-status: 9\r\ngrpc-message: not ready: %E2%98%83\r\n" });
});

test("text that is cut off: INTERNAL", async () => {
  await using running = await startGateway({ functions });
  const { body } = await post(`${running.url}/test.echo/Do`, "application/grpc-web-text", Buffer.from("AAA"));
  expect(parsed(decoded(body)).trailers).toContain("grpc-status: 13\r\n");
});
