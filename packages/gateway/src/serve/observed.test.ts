import { httpResponseStream, streamifyResponse } from "@protomesh/local";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { logRequest } from "./access-log.js";
import { RequestMetrics } from "./metrics.js";
import type { ServedRequest } from "./served-request.js";
import { grpcCall } from "./testing/grpc-client.js";
import { policy, startGateway } from "./testing/running-gateway.js";

const functions = {
  hello: () => ({ body: "hello" }),
  failing: () => {
    throw new TypeError("no such thing");
  },
  streaming: streamifyResponse(async (_event, answer) => {
    await new Promise((resolve) => httpResponseStream(answer, {}).write("streamed", resolve));
  }),
};

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** The lines that requests leave in the log. */
function linesOf(served: readonly ServedRequest[]): { readonly level: string; readonly line: object }[] {
  const lines: { level: string; line: object }[] = [];
  const write = (level: string) => (line: object) => void lines.push({ level, line });
  for (const request of served) logRequest({ info: write("info"), warn: write("warn") }, request);
  return lines;
}

test("one line for each request: who asked what, which policy took it, and how long it took, in Lambda and in all", async () => {
  await using running = await startGateway({ functions });
  const response = await fetch(`${running.url}/hello?secret=1`, { headers: { "x-request-id": "r-1", traceparent } });
  await response.body?.cancel();
  await expect.poll(() => running.served.length).toBe(1);
  expect(linesOf(running.served)).toEqual([
    {
      level: "info",
      line: {
        requestId: "r-1",
        traceId: "0af7651916cd43dd8448eb211c80319c",
        protocol: "http/1.1",
        method: "GET",
        path: "/hello",
        peer: "127.0.0.1",
        policy: "http  * /hello",
        policyId: "http  * /hello",
        httpStatus: 200,
        grpcStatus: undefined,
        invocations: 1,
        durationMs: expect.any(Number),
        invocationMs: expect.any(Number),
      },
    },
  ]);
  const [request] = running.served;
  expect(request?.invocationMs).toBeGreaterThan(0);
  expect(request?.durationMs).toBeGreaterThan(request?.invocationMs ?? Infinity);
});

test("the same request id and trace context reach the function, and the id the client", async () => {
  await using running = await startGateway({ functions });
  const tracestate = "vendor=1";
  const response = await fetch(`${running.url}/hello`, { headers: { traceparent, tracestate } });
  await response.body?.cancel();
  const requestId = response.headers.get("x-request-id");
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(running.lambda.invocations[0]?.event).toMatchObject({
    headers: { traceparent, tracestate, "x-request-id": requestId },
    requestContext: { requestId },
  });
  await grpcCall(running.address, "/test.hello/Do", Buffer.alloc(0), { metadata: { traceparent } });
  expect(running.lambda.invocations[1]?.event).toMatchObject({ headers: { traceparent } });
  await expect.poll(() => running.served.map(({ traceId }) => traceId?.slice(0, 4))).toEqual(["0af7", "0af7"]);
});

test("a failing function is a warning, with its own words; a client's mistake is none", async () => {
  await using running = await startGateway({ functions });
  for (const path of ["/failing", "/nowhere"]) await (await fetch(`${running.url}${path}`)).body?.cancel();
  await expect.poll(() => running.served.length).toBe(2);
  const [failing, nowhere] = linesOf(running.served);
  expect(failing).toMatchObject({ level: "warn", line: { failure: "function-error", httpStatus: 502 } });
  expect(JSON.stringify(failing)).toContain("no such thing");
  expect(nowhere).toMatchObject({ level: "info", line: { policy: undefined, httpStatus: 404 } });
});

test("metrics count requests and failures by policy, and part the time in Lambda from our own", async () => {
  const registry = new Registry();
  const metrics = new RequestMetrics(registry, () => 3);
  const streamed = policy({
    match: { protocol: "http", method: "*", path: "/streamed", exact: true },
    chain: [{ functionName: "streaming", qualifier: undefined }],
    streams: true,
  });
  const failing = policy({
    match: { protocol: "http", method: "*", path: "/failing", exact: true },
    chain: [{ functionName: "failing", qualifier: undefined }],
  });
  await using running = await startGateway({ functions, policies: [streamed, failing] });
  for (const path of ["/streamed", "/failing", "/failing", "/nowhere"]) {
    await (await fetch(`${running.url}${path}`)).text();
  }
  await expect.poll(() => running.served.length).toBe(4);
  for (const request of running.served) metrics.observe(request);
  const text = await registry.metrics();
  for (const line of [
    `protomesh_gateway_requests_total{policy="${streamed.name}",protocol="http/1.1",status="200"} 1`,
    `protomesh_gateway_requests_total{policy="${failing.name}",protocol="http/1.1",status="502"} 2`,
    'protomesh_gateway_requests_total{policy="",protocol="http/1.1",status="404"} 1',
    `protomesh_gateway_failures_total{policy="${failing.name}",kind="function-error"} 2`,
    `protomesh_gateway_invocation_seconds_count{policy="${failing.name}"} 2`,
    `protomesh_gateway_overhead_seconds_count{policy="${failing.name}"} 2`,
    "protomesh_gateway_connections 3",
  ]) {
    expect(text).toContain(line);
  }
});
