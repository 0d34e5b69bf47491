import { streamifyResponse, startLambdaEndpoint, type Faults, type LambdaEndpoint } from "@protomesh/local";
import { afterEach, describe, expect, test } from "vitest";
import { Connections } from "./connections.js";
import { DirectInvoker } from "./direct-invoker.js";
import type { InvocationResult, Invoker, StreamingResult } from "./invoker.js";
import { SdkInvoker } from "./sdk-invoker.js";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const region = "us-east-1";
const options = { maxConnections: 10, connectTimeoutMs: 1_000 };

const functions = {
  echo: (event: unknown) => event,
  "echo:7": () => "seven",
  failing: () => {
    throw new TypeError("secret detail");
  },
  streaming: streamifyResponse(async (event, answer) => {
    answer.write(JSON.stringify(event));
    answer.write(" and more");
  }),
  "failing-stream": streamifyResponse(async (_event, answer) => {
    await new Promise((resolve) => answer.write("begun", resolve));
    throw new Error("midway");
  }),
};

let endpoint: LambdaEndpoint | undefined;
let invoker: Invoker | undefined;

afterEach(async () => {
  await invoker?.close();
  await endpoint?.stop();
});

const never = new AbortController().signal;
const event = Buffer.from('{"a":"é"}');

describe.each([
  {
    name: "SdkInvoker",
    make: (url: string) => new SdkInvoker({ endpoint: url, region, credentials }, new Connections(options)),
  },
  {
    name: "DirectInvoker",
    make: (url: string) => new DirectInvoker({ endpoint: url, region, credentials }, new Connections(options)),
  },
])("$name", ({ make }) => {
  async function start(faults?: Faults): Promise<Invoker> {
    endpoint = await startLambdaEndpoint({ functions, ...(faults !== undefined && { faults }) });
    invoker = make(endpoint.url);
    return invoker;
  }

  const target = (functionName: string, qualifier?: string) => ({ functionName, qualifier });

  test.each([
    { title: "by name", called: target("echo"), want: '{"a":"é"}' },
    { title: "by ARN", called: target("arn:aws:lambda:us-east-1:123456789012:function:echo"), want: '{"a":"é"}' },
    { title: "by partial ARN", called: target("123456789012:function:echo"), want: '{"a":"é"}' },
    { title: "with a qualifier", called: target("echo", "7"), want: '"seven"' },
    { title: "$LATEST", called: target("echo", "$LATEST"), want: '{"a":"é"}' },
  ])("a function $title", async ({ called, want }) => {
    const result = await (await start()).invoke(called, event, never);
    expect(result.kind === "answered" && Buffer.from(result.payload).toString()).toBe(want);
  });

  test.each([
    { title: "no such function", called: target("absent"), want: { kind: "not-found" } },
    { title: "no such qualifier", called: target("echo", "8"), want: { kind: "not-found" } },
    {
      title: "the function throws",
      called: target("failing"),
      want: { kind: "function-error", errorType: "TypeError" },
    },
  ])("$title: $want.kind", async ({ called, want }) => {
    expect(await (await start()).invoke(called, event, never)).toMatchObject(want);
  });

  test.each<{ fault: ReturnType<Faults>; want: Partial<InvocationResult> }>([
    { fault: { kind: "throttled" }, want: { kind: "throttled" } },
    { fault: { kind: "throttled", retryAfterSeconds: 3 }, want: { kind: "throttled", retryAfterSeconds: 3 } },
    { fault: { kind: "denied" }, want: { kind: "denied" } },
    { fault: { kind: "service-error" }, want: { kind: "unavailable" } },
    { fault: { kind: "dropped-connection" }, want: { kind: "unavailable" } },
    {
      fault: { kind: "function-error", errorType: "Sandbox.Timedout", message: "Task timed out after 3.00 seconds" },
      want: { kind: "function-timeout" },
    },
    { fault: { kind: "answer", payload: "<html>" }, want: { kind: "answered" } },
  ])("fault $fault.kind: $want.kind, and one attempt", async ({ fault, want }) => {
    let attempts = 0;
    const faulty = await start(() => {
      attempts++;
      return fault;
    });
    expect(await faulty.invoke(target("echo"), event, never)).toMatchObject(want);
    expect(attempts).toBe(1);
  });

  test("an event above 6 MB: too-large", async () => {
    const large = Buffer.from(JSON.stringify("x".repeat(6 * 1024 * 1024)));
    expect(await (await start()).invoke(target("echo"), large, never)).toEqual({ kind: "too-large" });
  });

  test("nobody listens: unavailable", async () => {
    const started = await start();
    await endpoint?.stop();
    endpoint = undefined;
    expect(await started.invoke(target("echo"), event, never)).toMatchObject({ kind: "unavailable" });
  });

  test("an aborted invocation ends at once, and Lambda sees it abandoned", async () => {
    const started = await start(() => ({ kind: "stalled" }));
    const abort = new AbortController();
    const result = started.invoke(target("echo"), event, abort.signal);
    await expect.poll(() => endpoint?.invocations[0]?.state).toBe("running");
    abort.abort();
    expect(await result).toEqual({ kind: "aborted" });
    await expect.poll(() => endpoint?.invocations[0]?.state).toBe("abandoned");
  });

  test("a signal that is aborted already: aborted, and nothing is invoked", async () => {
    const started = await start();
    expect(await started.invoke(target("echo"), event, AbortSignal.abort())).toEqual({ kind: "aborted" });
    expect(endpoint?.invocations).toEqual([]);
  });

  test("other invocations go on when one is aborted", async () => {
    const started = await start();
    const results = Array.from({ length: 20 }, async (_, n) => {
      const abort = new AbortController();
      const result = started.invoke(target("echo"), Buffer.from(`${n}`), abort.signal);
      if (n % 2 === 1) abort.abort();
      return result;
    });
    const kinds = (await Promise.all(results)).map(({ kind }) => kind);
    expect(kinds).toEqual(Array.from({ length: 20 }, (_, n) => (n % 2 === 1 ? "aborted" : "answered")));
  });

  async function textOf(result: StreamingResult): Promise<unknown> {
    if (result.kind !== "streaming") return result;
    const parts: unknown[] = [];
    for await (const chunk of result.chunks)
      parts.push(chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : chunk);
    return parts;
  }

  test("a streamed answer comes chunk by chunk", async () => {
    const result = await (await start()).invokeStreaming(target("streaming"), event, never);
    expect(await textOf(result)).toEqual(['{"a":"é"}', " and more"]);
  });

  test("a function that does not stream answers in one chunk", async () => {
    const result = await (await start()).invokeStreaming(target("echo"), event, never);
    expect(await textOf(result)).toEqual(['{"a":"é"}']);
  });

  test("a function that fails in the middle of its stream: its chunks, then the failure", async () => {
    const result = await (await start()).invokeStreaming(target("failing-stream"), event, never);
    expect(await textOf(result)).toMatchObject(["begun", { kind: "function-error", errorType: "Error" }]);
  });

  test("a connection that breaks in the middle of a stream: unavailable", async () => {
    const started = await start(() => ({ kind: "broken-stream" }));
    const result = await started.invokeStreaming(target("streaming"), event, never);
    const parts = [await textOf(result)].flat();
    expect(parts.at(-1)).toMatchObject({ kind: "unavailable" });
  });

  test("aborting a stalled stream ends it", async () => {
    const started = await start(() => ({ kind: "stalled-stream" }));
    const abort = new AbortController();
    const result = await started.invokeStreaming(target("streaming"), event, abort.signal);
    const text = textOf(result);
    abort.abort();
    expect(await text).toEqual(expect.arrayContaining([{ kind: "aborted" }]));
    await expect.poll(() => endpoint?.invocations[0]?.state).toBe("abandoned");
  });

  test("a caller that stops reading a stream ends the invocation", async () => {
    const started = await start(() => ({ kind: "stalled-stream" }));
    const result = await started.invokeStreaming(target("streaming"), event, never);
    if (result.kind !== "streaming") throw new Error(`expected a stream, got ${result.kind}`);
    for await (const chunk of result.chunks) {
      expect(chunk).toBeInstanceOf(Uint8Array);
      break;
    }
    await expect.poll(() => endpoint?.invocations[0]?.state).toBe("abandoned");
  });
});
