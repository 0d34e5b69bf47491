import { request as httpRequest } from "node:http";
import { afterEach, expect, test } from "vitest";
import { exampleFunctions } from "../functions/example-functions.js";
import { startLambdaEndpoint, type LambdaEndpoint, type LambdaEndpointOptions } from "./lambda-endpoint.js";
import { httpResponseStream, streamifyResponse } from "./lambda-function.js";

let endpoint: LambdaEndpoint | undefined;

async function start(options: LambdaEndpointOptions): Promise<string> {
  endpoint = await startLambdaEndpoint(options);
  return endpoint.url;
}

afterEach(async () => {
  await endpoint?.stop();
  endpoint = undefined;
});

const post = (url: string, path: string, body = "{}", headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { method: "POST", body, headers });

const functions = {
  echo: (event: unknown) => event,
  "echo:7": () => "seven",
  failing: () => {
    throw new TypeError("no such thing");
  },
  large: () => "x".repeat(6 * 1024 * 1024),
  streaming: streamifyResponse(async (_event, stream) => {
    const body = httpResponseStream(stream, { statusCode: 201 });
    body.write("one ");
    body.write("two");
  }),
};

test("a function's answer comes as JSON, with request id and executed version", async () => {
  const url = await start({ functions });
  const response = await post(url, "/2015-03-31/functions/echo/invocations", '{"a":1}');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ a: 1 });
  expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get("x-amz-executed-version")).toBe("$LATEST");
  expect(response.headers.has("x-amz-function-error")).toBe(false);
});

test.each([
  { name: "arn:aws:lambda:eu-west-1:123456789012:function:echo", query: "", want: {} },
  { name: "arn:aws:lambda:eu-west-1:123456789012:function:echo:7", query: "", want: "seven" },
  { name: "123456789012:function:echo", query: "", want: {} },
  { name: "echo:7", query: "", want: "seven" },
  { name: "echo", query: "?Qualifier=7", want: "seven" },
  { name: "echo", query: "?Qualifier=%24LATEST", want: {} },
])("function named $name, query $query", async ({ name, query, want }) => {
  const url = await start({ functions });
  const response = await post(url, `/2015-03-31/functions/${encodeURIComponent(name)}/invocations${query}`);
  expect(await response.json()).toEqual(want);
});

test.each([
  { title: "unknown function", path: "absent/invocations", body: "{}", status: 404, type: "ResourceNotFoundException" },
  {
    title: "unknown qualifier",
    path: "echo/invocations?Qualifier=8",
    body: "{}",
    status: 404,
    type: "ResourceNotFoundException",
  },
  {
    title: "payload that is no JSON",
    path: "echo/invocations",
    body: "{",
    status: 400,
    type: "InvalidRequestContentException",
  },
  {
    title: "payload above 6 MB",
    path: "echo/invocations",
    body: `"${"x".repeat(6 * 1024 * 1024)}"`,
    status: 413,
    type: "RequestTooLargeException",
  },
])("$title: $type", async ({ path, body, status, type }) => {
  const url = await start({ functions });
  const response = await post(url, `/2015-03-31/functions/${path}`, body);
  expect(response.status).toBe(status);
  expect(response.headers.get("x-amzn-errortype")).toBe(type);
  await response.body?.cancel();
});

test("a function that throws: 200, marked as a function error, with type and message", async () => {
  const url = await start({ functions });
  const response = await post(url, "/2015-03-31/functions/failing/invocations");
  expect(response.status).toBe(200);
  expect(response.headers.get("x-amz-function-error")).toBe("Unhandled");
  expect(await response.json()).toMatchObject({ errorType: "TypeError", errorMessage: "no such thing" });
});

test("an answer above 6 MB is a function error", async () => {
  const url = await start({ functions });
  const response = await post(url, "/2015-03-31/functions/large/invocations");
  expect(response.headers.get("x-amz-function-error")).toBe("Unhandled");
  expect(await response.json()).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
});

test("Event answers 202 and runs; DryRun answers 204 and does not", async () => {
  const seen: unknown[] = [];
  const url = await start({ functions: { note: (event: unknown) => seen.push(event) } });
  const path = "/2015-03-31/functions/note/invocations";
  const dry = await post(url, path, '"dry"', { "x-amz-invocation-type": "DryRun" });
  const event = await post(url, path, '"event"', { "x-amz-invocation-type": "Event" });
  expect([dry.status, event.status]).toEqual([204, 202]);
  expect(seen).toEqual(["event"]);
});

test.each([
  { fault: { kind: "throttled", retryAfterSeconds: 3 }, status: 429, type: "TooManyRequestsException" },
  { fault: { kind: "denied" }, status: 403, type: "AccessDeniedException" },
  { fault: { kind: "service-error" }, status: 500, type: "ServiceException" },
] as const)("fault $fault.kind: $status $type", async ({ fault, status, type }) => {
  const url = await start({ functions, faults: () => fault });
  const response = await post(url, "/2015-03-31/functions/echo/invocations");
  expect(response.status).toBe(status);
  expect(response.headers.get("x-amzn-errortype")).toBe(type);
  await response.body?.cancel();
});

test("fault dropped-connection: the connection breaks before an answer", async () => {
  const url = await start({ functions, faults: () => ({ kind: "dropped-connection" }) });
  await expect(post(url, "/2015-03-31/functions/echo/invocations")).rejects.toThrow("fetch failed");
});

test("a caller that goes away leaves an abandoned invocation", async () => {
  const url = await start({ functions, faults: () => ({ kind: "stalled" }) });
  const request = httpRequest(`${url}/2015-03-31/functions/echo/invocations`, { method: "POST" });
  request.on("error", () => undefined);
  request.end("{}");
  await expect.poll(() => endpoint?.invocations[0]?.state).toBe("running");
  request.destroy();
  await expect.poll(() => endpoint?.invocations[0]?.state).toBe("abandoned");
});

test("response streaming: one event for each write, then InvokeComplete", async () => {
  const url = await start({ functions });
  const response = await post(url, "/2021-11-15/functions/streaming/response-streaming-invocations");
  expect(response.headers.get("content-type")).toBe("application/vnd.amazon.eventstream");
  expect(response.headers.get("x-amzn-remapped-content-type")).toBe(
    "application/vnd.awslambda.http-integration-response",
  );
  const text = Buffer.from(await response.arrayBuffer()).toString("latin1");
  expect(text.match(/PayloadChunk|InvokeComplete/g)).toEqual([
    "PayloadChunk",
    "PayloadChunk",
    "PayloadChunk",
    "InvokeComplete",
  ]);
  expect(text).toContain('{"statusCode":201}\0\0\0\0\0\0\0\0');
});

test("the examples: hello greets by name, ping-pong hashes the nonce", async () => {
  const url = await start({ functions: exampleFunctions });
  const hello = await post(
    url,
    "/2015-03-31/functions/hello/invocations",
    JSON.stringify({ queryStringParameters: { name: "Ada" } }),
  );
  expect(await hello.json()).toMatchObject({ statusCode: 200, body: '{"message":"hello Ada"}' });
  const pong = await post(
    url,
    "/2015-03-31/functions/ping-pong/invocations",
    JSON.stringify({ path: "/protomesh.services.v1.PingPongService/DoPing", body: "CgNhYmM=" }),
  );
  // SHA-256 of "abc", base64url, in field 1.
  const sum = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
  expect(await pong.json()).toMatchObject({ body: Buffer.from(`\n+${sum}`).toString("base64") });
});

test.each([{ kind: "broken-answer" }, { kind: "no-http" }] as const)(
  "fault $kind: no caller takes the answer for one",
  async (fault) => {
    const url = await start({ functions, faults: () => fault });
    const answered = post(url, "/2015-03-31/functions/echo/invocations").then(async (response) => response.text());
    await expect(answered).rejects.toThrow(/terminated|fetch failed/);
  },
);
