import { status } from "@grpc/grpc-js";
import { httpResponseStream, streamifyResponse, type Fault, type ResponseStream } from "@protomesh/local";
import { expect, test } from "vitest";
import { frameOf } from "../grpc/frames.js";
import { grpcCall } from "./testing/grpc-client.js";
import { policy, startGateway } from "./testing/running-gateway.js";

/** Each mapping is a line of the manual; HTTP's answers to a buffered invocation stand in http.test.ts, with their words. */
interface Case {
  readonly title: string;
  readonly fault: Fault;
  readonly http: number;
  readonly grpc: status;
}

const cases: readonly Case[] = [
  {
    title: "the function throws",
    fault: { kind: "function-error", errorType: "Error", message: "a secret" },
    http: 502,
    grpc: status.INTERNAL,
  },
  {
    title: "the function takes longer than Lambda lets it",
    fault: { kind: "function-error", errorType: "Sandbox.Timedout", message: "a secret" },
    http: 504,
    grpc: status.DEADLINE_EXCEEDED,
  },
  { title: "Lambda throttles", fault: { kind: "throttled" }, http: 429, grpc: status.RESOURCE_EXHAUSTED },
  { title: "Lambda denies", fault: { kind: "denied" }, http: 502, grpc: status.INTERNAL },
  { title: "Lambda fails", fault: { kind: "service-error" }, http: 503, grpc: status.UNAVAILABLE },
  { title: "the connection breaks", fault: { kind: "dropped-connection" }, http: 503, grpc: status.UNAVAILABLE },
  { title: "the answer breaks off", fault: { kind: "broken-answer" }, http: 503, grpc: status.UNAVAILABLE },
  { title: "the answer is no HTTP", fault: { kind: "no-http" }, http: 503, grpc: status.UNAVAILABLE },
  {
    title: "the function's answer is no JSON",
    fault: { kind: "answer", payload: "<html>a secret" },
    http: 502,
    grpc: status.INTERNAL,
  },
];

const functions = { hello: () => ({ body: "hello" }) };

test.each(cases)("$title: HTTP $http, gRPC $grpc, with the request id and no secret", async ({ fault, http, grpc }) => {
  await using running = await startGateway({ functions, faults: () => fault });
  const response = await fetch(`${running.url}/hello`, { headers: { "x-request-id": "r-9" } });
  const body = await response.text();
  expect([response.status, body.includes("r-9"), body.includes("secret")]).toEqual([http, true, false]);
  const metadata = { "x-request-id": "r-9" };
  const { status: said, messages } = await grpcCall(running.address, "/test.hello/Do", Buffer.alloc(0), { metadata });
  expect({ code: said.code, messages }).toEqual({ code: grpc, messages: [] });
  expect(said.details).toContain("(request r-9)");
  expect(said.details).not.toContain("secret");
});

const chain = [{ functionName: "streaming", qualifier: undefined }];
const streaming = {
  functions: {
    streaming: streamifyResponse(async (_event, answer: ResponseStream) => {
      const body = httpResponseStream(answer, {});
      for (const text of ["one", "two", "three"])
        await new Promise((resolve) => body.write(frameOf(Buffer.from(text)), resolve));
    }),
  },
  policies: [
    policy({ match: { protocol: "http", method: "*", path: "/", exact: false }, chain, streams: true }),
    policy({ match: { protocol: "grpc", method: "*", path: "/", exact: false }, chain, streams: true }),
  ],
};

test.each(cases.filter(({ fault }) => !["broken-answer", "answer"].includes(fault.kind)))(
  "$title, where the policy asks for a stream: HTTP $http, gRPC $grpc",
  async ({ fault, http, grpc }) => {
    await using running = await startGateway({ ...streaming, faults: () => fault });
    const response = await fetch(running.url);
    await response.body?.cancel();
    expect(response.status).toBe(http);
    expect((await grpcCall(running.address, "/a.B/C")).status.code).toBe(grpc);
  },
);

/** The prelude is the endpoint's first event, and the first message its second. */
test.each<{ title: string; fault: Fault; grpc: status }>([
  { title: "the connection breaks", fault: { kind: "broken-stream" }, grpc: status.UNAVAILABLE },
  { title: "an event is damaged", fault: { kind: "damaged-stream" }, grpc: status.UNAVAILABLE },
])("in the middle of a stream $title: HTTP is broken off, gRPC $grpc", async ({ fault, grpc }) => {
  await using running = await startGateway({ ...streaming, faults: () => fault });
  await expect(fetch(running.url).then(async (response) => response.text())).rejects.toThrow("terminated");
  expect((await grpcCall(running.address, "/a.B/C")).status.code).toBe(grpc);
});

test("a stream that stalls is given up at the deadline, and its invocation with it", async () => {
  await using running = await startGateway({ ...streaming, faults: () => ({ kind: "stalled-stream" }) });
  const { status: said } = await grpcCall(running.address, "/a.B/C", Buffer.alloc(0), { deadline: Date.now() + 1_000 });
  expect(said.code).toBe(status.DEADLINE_EXCEEDED);
  await expect.poll(() => running.lambda.invocations[0]?.state).toBe("abandoned");
});

test("a slow function within the limit is only slow; beyond it, 504 and DEADLINE_EXCEEDED", async () => {
  const faults = (): Fault => ({ kind: "latency", ms: 30 });
  await using patient = await startGateway({ functions, faults });
  expect((await fetch(`${patient.url}/hello`)).status).toBe(200);
  expect((await grpcCall(patient.address, "/test.hello/Do")).status.code).toBe(status.OK);

  await using hasty = await startGateway({
    functions,
    faults: () => ({ kind: "latency", ms: 500 }),
    settings: { timeoutMs: 20 },
  });
  expect((await fetch(`${hasty.url}/hello`)).status).toBe(504);
  expect((await grpcCall(hasty.address, "/test.hello/Do")).status.code).toBe(status.DEADLINE_EXCEEDED);
});

test("a connection that Lambda closes between two requests does not fail the second", async () => {
  let count = 0;
  await using running = await startGateway({
    functions,
    faults: () => (++count % 2 === 0 ? { kind: "dropped-connection" } : undefined),
  });
  for (const want of [200, 503, 200, 503, 200]) {
    const response = await fetch(`${running.url}/hello`);
    await response.body?.cancel();
    expect(response.status).toBe(want);
  }
});
