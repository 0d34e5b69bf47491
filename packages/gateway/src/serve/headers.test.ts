import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { grpcCall } from "./testing/grpc-client.js";
import { RawHttp2 } from "./testing/raw-http2.js";
import { policy, startGateway } from "./testing/running-gateway.js";

interface ProxyEvent {
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** Sends the headers whose names begin with `x-sent` back as they came. */
const functions = {
  headers: ({ multiValueHeaders }: ProxyEvent) => ({
    multiValueHeaders: Object.fromEntries(
      Object.entries(multiValueHeaders).filter(([name]) => name.startsWith("x-sent")),
    ),
  }),
  /** One more byte at the end of the message. */
  longer: ({ body }: ProxyEvent) => ({
    body: Buffer.concat([Buffer.from(body, "base64"), Buffer.from("+")]).toString("base64"),
    isBase64Encoded: true,
  }),
  refusing: () => ({ statusCode: 409, body: "there is one" }),
};

/** What a header may hold: printable bytes, also beyond ASCII, without white space at its ends. */
const value = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff })), { maxLength: 40 })
  .map((bytes) =>
    Buffer.from(bytes)
      .toString("latin1")
      .replace(/^ +| +$/g, ""),
  );

test("the bytes of any header survive both directions, by HTTP/1.1 and HTTP/2", { timeout: 30_000 }, async () => {
  await using running = await startGateway({ functions });
  using raw = new RawHttp2(running.url);
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), async (values) => {
      const sent = httpRequest(`${running.url}/headers`, { headers: { "x-sent": values } }).end();
      const response: IncomingMessage = await new Promise((resolve) => sent.once("response", resolve));
      const ended = once(response.resume(), "end");
      const { rawHeaders } = response;
      await ended;
      const got = rawHeaders.filter((_, position) => position % 2 === 1 && rawHeaders[position - 1] === "x-sent");
      expect(got).toEqual(values);

      const { answer, stream } = raw.open("/headers", {
        ":method": "GET",
        "content-type": "text/plain",
        "x-sent": values,
      });
      stream.end();
      expect((await answer).headers["x-sent"]).toBe(values.join(", "));
    }),
    { numRuns: 60 },
  );
});

test("the bytes of any binary metadata survive both directions", { timeout: 30_000 }, async () => {
  await using running = await startGateway({ functions });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (bytes) => {
      const sent = Buffer.from(bytes);
      const { metadata } = await grpcCall(running.address, "/test.headers/Do", Buffer.alloc(0), {
        metadata: { "x-sent-bin": sent },
      });
      expect(metadata?.get("x-sent-bin")).toEqual([sent]);
    }),
    { numRuns: 30 },
  );
});

test("a chain of gRPC functions hands messages on; the first error ends it and is the call's status", async () => {
  const named = (...names: readonly string[]) => names.map((functionName) => ({ functionName, qualifier: undefined }));
  const match = { protocol: "grpc", method: "*", exact: true } as const;
  await using running = await startGateway({
    functions,
    policies: [
      policy({ match: { ...match, path: "/a.B/Twice" }, chain: named("longer", "longer") }),
      policy({ match: { ...match, path: "/a.B/Refused" }, chain: named("longer", "refusing", "longer") }),
    ],
  });
  const { messages } = await grpcCall(running.address, "/a.B/Twice", Buffer.from("x"));
  expect(messages.map(String)).toEqual(["x++"]);
  using raw = new RawHttp2(running.url);
  const { headers } = await raw.call("/a.B/Refused", frameOf(Buffer.from("x")));
  expect(headers).toMatchObject({ "grpc-status": "6", "grpc-message": "there is one" });
  expect(running.lambda.invocations.map(({ function: { name } }) => name)).toEqual([
    "longer",
    "longer",
    "longer",
    "refusing",
  ]);
});
