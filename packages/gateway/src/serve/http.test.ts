import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect as http2Connect } from "node:http2";
import { text } from "node:stream/consumers";
import { exampleFunctions, type LambdaFunction } from "@protomesh/local";
import fc from "fast-check";
import { expect, test } from "vitest";
import { policy, startGateway } from "./testing/running-gateway.js";

interface ProxyEvent {
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly headers: Record<string, string>;
}

const bytesOf = ({ body, isBase64Encoded }: ProxyEvent): Buffer =>
  Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");

/** Functions that show what they got, and that answer as they are told. */
const functions = {
  event: (event: unknown) => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(event) }),
  mirror: (event: ProxyEvent) => ({
    headers: { "content-type": event.headers["content-type"] ?? "application/octet-stream" },
    body: bytesOf(event).toString("base64"),
    isBase64Encoded: true,
  }),
  told: (event: ProxyEvent): unknown => JSON.parse(bytesOf(event).toString()),
  failing: () => {
    throw new Error("a secret of the function");
  },
} satisfies Record<string, LambdaFunction>;

const asJson = async (response: Response): Promise<unknown> => response.json();

test("HTTP/1.1: the function sees the request, the client its answer", async () => {
  await using running = await startGateway({ functions });
  const response = await fetch(`${running.url}/event/a%20b?x=1&x=2`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-request-id": "r-1",
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    },
    body: '{"a":1}',
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("x-request-id")).toBe("r-1");
  expect(await asJson(response)).toMatchObject({
    path: "/event/a%20b",
    httpMethod: "POST",
    headers: {
      "content-type": "application/json",
      host: running.address,
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    },
    multiValueQueryStringParameters: { x: ["1", "2"] },
    requestContext: { requestId: "r-1", protocol: "HTTP/1.1", identity: { sourceIp: "127.0.0.1" } },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
  expect(running.served).toMatchObject([
    { requestId: "r-1", traceId: "a".repeat(32), httpStatus: 200, invocations: 1 },
  ]);
});

test("every request carries a nonce of its own, unless the client gives one", async () => {
  await using running = await startGateway({ functions });
  const nonceOf = async (headers: Record<string, string>) => {
    const event = await asJson(await fetch(`${running.url}/event`, { headers }));
    return (event as ProxyEvent).headers["x-nounce"];
  };
  const [first, second] = [await nonceOf({}), await nonceOf({})];
  expect(first).toMatch(/^[\da-f-]{36}$/);
  expect(second).not.toBe(first);
  expect(await nonceOf({ "x-nounce": "mine" })).toBe("mine");
});

test("HTTP/2 by prior knowledge: the same, with repeated headers and cookies on their own", async () => {
  await using running = await startGateway({ functions });
  const session = http2Connect(running.url);
  const stream = session.request({ ":path": "/event?a=b", "x-a": ["1", "2"], cookie: ["a=1", "b=2"] });
  const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
  const event: unknown = JSON.parse(await text(stream));
  session.close();
  expect(headers[":status"]).toBe(200);
  expect(event).toMatchObject({
    multiValueHeaders: { "x-a": ["1", "2"], cookie: ["a=1; b=2"], host: [running.address] },
    requestContext: { protocol: "HTTP/2.0" },
  });
});

test("the example: hello greets", async () => {
  await using running = await startGateway({ functions: exampleFunctions });
  const response = await fetch(`${running.url}/hello?name=Ada`);
  expect(await response.text()).toBe('{"message":"hello Ada"}');
});

test("status, headers, cookies and body are the function's", async () => {
  await using running = await startGateway({ functions });
  const answer = {
    statusCode: 201,
    headers: { "x-a": "1" },
    multiValueHeaders: { "x-b": ["1", "2"] },
    cookies: ["a=1", "b=2"],
    body: "é",
  };
  const response = await fetch(`${running.url}/told`, { method: "POST", body: JSON.stringify(answer) });
  expect(response.status).toBe(201);
  expect(response.headers.get("x-a")).toBe("1");
  expect(response.headers.get("x-b")).toBe("1, 2");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("é");
});

test("HEAD takes GET's policy and sends no body", async () => {
  const match = { protocol: "http", method: "GET", path: "/told", exact: true } as const;
  await using running = await startGateway({
    functions: { told: () => ({ headers: { "content-length": "5" }, body: "12345" }) },
    policies: [policy({ match, chain: [{ functionName: "told", qualifier: undefined }] })],
  });
  const response = await fetch(`${running.url}/told`, { method: "HEAD" });
  expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "5", ""]);
});

test("no policy: 404, and nothing is invoked", async () => {
  await using running = await startGateway({ functions });
  const response = await fetch(`${running.url}/nowhere`, { method: "POST", body: "x" });
  expect(response.status).toBe(404);
  expect(await asJson(response)).toMatchObject({ message: "no policy takes this request" });
  expect(running.lambda.invocations).toEqual([]);
});

test("a path that is no UTF-8 when decoded, and a query that is none, do no harm", async () => {
  await using running = await startGateway({ functions });
  const response = await fetch(`${running.url}/event/%ff?a=%ff&%=1`);
  expect(await asJson(response)).toMatchObject({ path: "/event/%ff" });
});

test("any bytes survive both directions, whatever type they claim to have", { timeout: 30_000 }, async () => {
  await using running = await startGateway({ functions });
  const types = fc.constantFrom("text/plain", "application/json", "application/octet-stream", "image/png");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), types, async (bytes, type) => {
      const response = await fetch(`${running.url}/mirror`, {
        method: "POST",
        body: Buffer.from(bytes),
        headers: { "content-type": type },
      });
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    }),
    { numRuns: 60 },
  );
});

test.each([
  {
    title: "the function throws",
    fault: { kind: "function-error", errorType: "Error", message: "a secret" },
    status: 502,
  },
  {
    title: "the function takes too long",
    fault: { kind: "function-error", errorType: "Sandbox.Timedout", message: "Task timed out after 3.00 seconds" },
    status: 504,
  },
  { title: "throttled", fault: { kind: "throttled", retryAfterSeconds: 7 }, status: 429 },
  { title: "denied", fault: { kind: "denied" }, status: 502 },
  { title: "Lambda fails", fault: { kind: "service-error" }, status: 503 },
  { title: "the connection breaks", fault: { kind: "dropped-connection" }, status: 503 },
  { title: "an answer that is no JSON", fault: { kind: "answer", payload: "<html>a secret" }, status: 502 },
  { title: "an answer that is no object", fault: { kind: "answer", payload: '"a secret"' }, status: 502 },
  {
    title: "a header that cannot be sent",
    fault: { kind: "answer", payload: '{"headers":{"a":"b\\nsecret"}}' },
    status: 502,
  },
  {
    title: "a status that is no answer",
    fault: { kind: "answer", payload: '{"statusCode":102,"body":"secret"}' },
    status: 502,
  },
] as const)("$title: $status with the request id and none of the function's words", async ({ fault, status }) => {
  await using running = await startGateway({ functions, faults: () => fault });
  const response = await fetch(`${running.url}/event`, { headers: { "x-request-id": "r-9" } });
  const body = await response.text();
  expect(response.status).toBe(status);
  expect(JSON.parse(body)).toMatchObject({ requestId: "r-9" });
  expect(body).not.toContain("secret");
  expect(response.headers.get("retry-after")).toBe(status === 429 ? "7" : null);
});

test("a function that does not exist: 502", async () => {
  const match = { protocol: "http", method: "*", path: "/", exact: false } as const;
  await using running = await startGateway({
    functions,
    policies: [policy({ match, chain: [{ functionName: "absent", qualifier: undefined }] })],
  });
  expect((await fetch(running.url)).status).toBe(502);
  expect(running.served[0]?.failure?.kind).toBe("not-found");
});

test("the time limit: 504, and the invocation is abandoned", async () => {
  await using running = await startGateway({
    functions,
    faults: () => ({ kind: "stalled" }),
    settings: { timeoutMs: 1_000 },
  });
  const response = await fetch(`${running.url}/event`);
  expect(response.status).toBe(504);
  await response.body?.cancel();
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
});

test("a client that goes away: its invocation is abandoned", async () => {
  await using running = await startGateway({ functions, faults: () => ({ kind: "stalled" }) });
  const request = httpRequest(`${running.url}/event`)
    .on("error", () => undefined)
    .end();
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("running");
  request.destroy();
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
  await expect.poll(() => running.served[0]?.failure?.kind).toBe("aborted");
});

test.each([
  { title: "with its length", headers: { "content-length": "11" } },
  { title: "in chunks", headers: { "transfer-encoding": "chunked" } },
])("a body above the limit, $title: 413, and nothing is invoked", async ({ headers }) => {
  await using running = await startGateway({ functions, settings: { maxBodyBytes: 10 } });
  const request = httpRequest(`${running.url}/event`, { method: "POST", headers });
  request.on("error", () => undefined).end("x".repeat(11));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(413);
  response.resume();
  expect(running.lambda.invocations).toEqual([]);
});

test("headers above the limit: 431", async () => {
  await using running = await startGateway({ functions, limits: { maxHeaderBytes: 2_000 } });
  const response = await fetch(`${running.url}/event`, { headers: { "x-large": "x".repeat(3_000) } });
  expect(response.status).toBe(431);
});
