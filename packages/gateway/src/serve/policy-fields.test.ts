import { httpResponseStream, streamifyResponse, type ResponseStream } from "@protomesh/local";
import { expect, test } from "vitest";
import { frameOf, trailerFlag } from "../grpc/frames.js";
import { code } from "../grpc/status.js";
import type { Policy } from "../routes/policy.js";
import { grpcCall } from "./testing/grpc-client.js";
import { policy, startGateway } from "./testing/running-gateway.js";

const http = (changes: Partial<Omit<Policy, "match">> = {}): Policy =>
  policy({ match: { protocol: "http", method: "*", path: "/", exact: false }, ...changes });
const grpc = (changes: Partial<Omit<Policy, "match">> = {}): Policy =>
  policy({ match: { protocol: "grpc", method: "*", path: "/", exact: false }, ...changes });
const chain = (...names: string[]) => names.map((functionName) => ({ functionName, qualifier: undefined }));

/** Writes each part on its own, when the one before is on its way. */
async function writeAll(answer: ResponseStream, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) await new Promise((resolve) => answer.write(part, resolve));
  answer.end();
}

const streaming = streamifyResponse(async (_event, answer) => {
  const prelude = { statusCode: 201, headers: { "content-type": "text/plain" }, cookies: ["a=1", "b=2"] };
  await writeAll(httpResponseStream(answer, prelude), [Buffer.from("one "), Buffer.from("two")]);
});

test("a streamed answer: its prelude is status, headers and cookies, its body comes after", async () => {
  const policies = [http({ chain: chain("streaming"), streams: true })];
  await using running = await startGateway({ functions: { streaming }, policies });
  const response = await fetch(running.url);
  expect(response.status).toBe(201);
  expect(response.headers.get("content-type")).toBe("text/plain");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("one two");
});

test("the first part of a streamed answer is there before the function goes on", async () => {
  let goOn: () => void = () => undefined;
  const slow = streamifyResponse(async (_event, answer) => {
    const body = httpResponseStream(answer, { statusCode: 200 });
    await new Promise((resolve) => body.write("first", resolve));
    await new Promise<void>((resolve) => (goOn = resolve));
    await writeAll(body, [Buffer.from(", second")]);
  });
  const policies = [http({ chain: chain("slow"), streams: true })];
  await using running = await startGateway({ functions: { slow }, policies });
  const reader = (await fetch(running.url)).body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toBe("first");
  goOn();
  const second = await reader?.read();
  expect(Buffer.from(second?.value ?? []).toString()).toBe(", second");
});

test("a prelude whose end straddles chunks", async () => {
  const cut = streamifyResponse(async (_event, answer) => {
    await writeAll(answer, [
      Buffer.from('{"statusCode":'),
      Buffer.concat([Buffer.from("202}"), Buffer.alloc(3)]),
      Buffer.alloc(4),
      Buffer.concat([Buffer.alloc(1), Buffer.from("body")]),
    ]);
  });
  const policies = [http({ chain: chain("cut"), streams: true })];
  await using running = await startGateway({ functions: { cut }, policies });
  const response = await fetch(running.url);
  expect([response.status, await response.text()]).toEqual([202, "body"]);
});

test("a function that does not stream answers a streaming policy as any other", async () => {
  const plain = () => ({ statusCode: 203, body: "plain" });
  const policies = [http({ chain: chain("plain"), streams: true })];
  await using running = await startGateway({ functions: { plain }, policies });
  const response = await fetch(running.url);
  expect([response.status, await response.text()]).toEqual([203, "plain"]);
});

test("a stream whose function fails is broken off, so that the client sees that it is not whole", async () => {
  const failing = streamifyResponse(async (_event, answer) => {
    const body = httpResponseStream(answer, { statusCode: 200 });
    await new Promise((resolve) => body.write("begun", resolve));
    throw new Error("midway");
  });
  const policies = [http({ chain: chain("failing"), streams: true })];
  await using running = await startGateway({ functions: { failing }, policies });
  await expect(fetch(running.url).then(async (response) => response.text())).rejects.toThrow("terminated");
  await expect.poll(() => running.served.map(({ failure }) => failure?.kind)).toEqual(["function-error"]);
});

test("a chain hands its answer on to the function that streams", async () => {
  const first = () => ({ statusCode: 200, body: "from the first" });
  const last = streamifyResponse(async (event, answer) => {
    const body = typeof event === "object" && event !== null ? String(Reflect.get(event, "body")) : "";
    await writeAll(httpResponseStream(answer, { statusCode: 200 }), [Buffer.from(Buffer.from(body, "base64"))]);
  });
  const policies = [http({ chain: chain("first", "last"), streams: true })];
  await using running = await startGateway({ functions: { first, last }, policies });
  expect(await (await fetch(running.url, { method: "POST", body: "x" })).text()).toBe("from the first");
});

test("gRPC messages of a stream come each on its own, and its trailers set the status", async () => {
  const details = Buffer.from([8, 9, 18, 1, 97]);
  const messages = streamifyResponse(async (_event, answer) => {
    const trailers = `grpc-status: 9\r\ngrpc-message: half%20done\r\ngrpc-status-details-bin: ${details.toString("base64")}\r\nx-last: yes\r\n`;
    const one = frameOf(Buffer.from("one"));
    await writeAll(httpResponseStream(answer, { statusCode: 200, headers: { "x-first": "yes" } }), [
      one.subarray(0, 6),
      Buffer.concat([one.subarray(6), frameOf(Buffer.from("two"))]),
      frameOf(Buffer.from(trailers), trailerFlag),
    ]);
  });
  const policies = [grpc({ chain: chain("messages"), streams: true, setsGrpcStatus: true })];
  await using running = await startGateway({ functions: { messages }, policies });
  const { messages: got, metadata, status } = await grpcCall(running.address, "/a.B/C");
  expect(got.map(String)).toEqual(["one", "two"]);
  expect(metadata?.get("x-first")).toEqual(["yes"]);
  expect(status).toMatchObject({ code: code.failedPrecondition, details: "half done" });
  expect(status.metadata.get("x-last")).toEqual(["yes"]);
  expect(status.metadata.get("grpc-status-details-bin")).toEqual([details]);
});

test("a gRPC stream that ends in the middle of a message: INTERNAL after the whole ones", async () => {
  const messages = streamifyResponse(async (_event, answer) => {
    await writeAll(httpResponseStream(answer, {}), [
      frameOf(Buffer.from("one")),
      frameOf(Buffer.from("two")).subarray(0, 6),
    ]);
  });
  const policies = [grpc({ chain: chain("messages"), streams: true })];
  await using running = await startGateway({ functions: { messages }, policies });
  const { messages: got, status } = await grpcCall(running.address, "/a.B/C");
  expect(got.map(String)).toEqual(["one"]);
  expect(status.code).toBe(code.internal);
});

test("a gRPC stream with an error before any message: the body is the message", async () => {
  const refusing = streamifyResponse(async (_event, answer) => {
    await writeAll(httpResponseStream(answer, { statusCode: 404 }), [Buffer.from("no such thing")]);
  });
  const policies = [grpc({ chain: chain("refusing"), streams: true })];
  await using running = await startGateway({ functions: { refusing }, policies });
  const { status } = await grpcCall(running.address, "/a.B/C");
  expect(status).toMatchObject({ code: code.notFound, details: "no such thing" });
});

const settingStatus = () => ({
  statusCode: 200,
  headers: { "grpc-status": "5", "grpc-message": "gone%20%E2%82%AC", "x-kept": "yes" },
  body: "",
});

test.each([
  { title: "where the policy allows it", setsGrpcStatus: true, want: { code: code.notFound, details: "gone €" } },
  { title: "and not where it does not", setsGrpcStatus: false, want: { code: code.ok } },
])("a function sets the gRPC status $title", async ({ setsGrpcStatus, want }) => {
  const policies = [grpc({ chain: chain("settingStatus"), setsGrpcStatus })];
  await using running = await startGateway({ functions: { settingStatus }, policies });
  const { status } = await grpcCall(running.address, "/a.B/C");
  expect(status).toMatchObject(want);
});

test("payload format 2.0: its event, and an answer without statusCode is the body", async () => {
  const told = (event: object) => ({ version: Reflect.get(event, "version"), path: Reflect.get(event, "rawPath") });
  const policies = [http({ chain: chain("told"), payloadFormat: "2.0" })];
  await using running = await startGateway({ functions: { told }, policies });
  const response = await fetch(`${running.url}/a?b=c`);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual({ version: "2.0", path: "/a" });
});

test.each([
  { protocol: "http", want: 504 },
  { protocol: "grpc", want: code.deadlineExceeded },
])("a policy's timeout ends a request: $protocol", async ({ protocol, want }) => {
  const policies = [http({ timeoutMs: 20 }), grpc({ timeoutMs: 20 })];
  await using running = await startGateway({
    functions: { echo: () => ({}) },
    policies,
    faults: () => ({ kind: "stalled" }),
  });
  const status =
    protocol === "http" ? (await fetch(running.url)).status : (await grpcCall(running.address, "/a.B/C")).status.code;
  expect(status).toBe(want);
});

test("requests beyond a policy's concurrency are refused as throttled, and taken again when one is over", async () => {
  const answers: (() => void)[] = [];
  const slow = async () => new Promise((resolve) => answers.push(() => resolve({ statusCode: 200 })));
  const policies = [http({ chain: chain("slow"), maxConcurrency: 1 })];
  await using running = await startGateway({ functions: { slow }, policies });
  const first = fetch(running.url);
  await expect.poll(() => answers.length).toBe(1);
  expect((await fetch(running.url)).status).toBe(429);
  answers[0]?.();
  expect((await first).status).toBe(200);
  const third = fetch(running.url);
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.();
  expect((await third).status).toBe(200);
});

test.each([
  { throttlingRetries: 2, want: 200, attempts: 3 },
  { throttlingRetries: 1, want: 429, attempts: 2 },
  { throttlingRetries: 0, want: 429, attempts: 1 },
])(
  "an invocation throttled twice with $throttlingRetries retries: $want",
  async ({ throttlingRetries, want, attempts }) => {
    let asked = 0;
    await using running = await startGateway({
      functions: { echo: () => ({ statusCode: 200 }) },
      policies: [http({ throttlingRetries })],
      faults: () => (++asked <= 2 ? { kind: "throttled" } : undefined),
    });
    expect((await fetch(running.url)).status).toBe(want);
    expect(asked).toBe(attempts);
  },
);

test("policies by headers: of HTTP requests, and of gRPC calls by their metadata", async () => {
  const answering = (body: string) => () => ({ body });
  const functions = { gold: answering("gold"), anybody: answering("anybody") };
  const headers = [{ name: "x-tier", value: "gold" }];
  const anyHttp = { protocol: "http", method: "*", path: "/", exact: false } as const;
  const method = { protocol: "grpc", method: "*", path: "/a.B/C", exact: true } as const;
  const policies = [anyHttp, method].flatMap((match) => [
    { ...policy({ match, chain: chain("anybody") }), id: `${match.protocol} anybody` },
    { ...policy({ match: { ...match, headers }, chain: chain("gold") }), id: `${match.protocol} gold` },
  ]);
  await using running = await startGateway({ functions, policies });
  for (const tier of ["gold", "anybody"]) {
    expect(await (await fetch(running.url, { headers: { "x-tier": tier } })).text()).toBe(tier);
    const { messages } = await grpcCall(running.address, "/a.B/C", undefined, { metadata: { "x-tier": tier } });
    expect(messages.map(String)).toEqual([tier]);
  }
});
