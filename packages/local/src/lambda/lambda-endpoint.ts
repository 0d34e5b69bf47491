import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIPv6, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Faults } from "./fault.js";
import { arnOf, type FunctionReference } from "./function-reference.js";
import { invocationRequestOf, type InvocationRequest } from "./invocation-request.js";
import type { LambdaFunction } from "./lambda-function.js";
import { loadFunctions, type FunctionSource } from "./load-functions.js";
import { contextOf, functionError, runFunction, type FunctionResult } from "./run-function.js";
import * as errors from "./service-error.js";
import { streamAnswer } from "./stream-answer.js";

/** What Lambda takes and gives in one synchronous invocation, in bytes; an `Event` takes less. */
const payloadLimitBytes = 6 * 1024 * 1024;
const eventPayloadLimitBytes = 1024 * 1024;
/** How many invocations are remembered for whoever asks afterwards. */
const rememberedInvocations = 100;

export interface LambdaEndpointOptions {
  /** `host:port` to listen on; port 0 takes a free one. Default `127.0.0.1:0`. */
  readonly address?: string;
  /** By name, or by `name:qualifier`; a qualifier that is not given is not found, but for `$LATEST`. */
  readonly functions: Readonly<Record<string, FunctionSource>>;
  readonly faults?: Faults;
}

/** One invocation as the endpoint saw it. */
export interface Invocation {
  readonly requestId: string;
  readonly function: FunctionReference;
  readonly mode: InvocationRequest["mode"];
  readonly event: unknown;
  /** `abandoned`: the caller went away before the answer. */
  state: "running" | "answered" | "abandoned";
}

export interface LambdaEndpoint {
  /** `http://host:port`, as the AWS SDK takes an endpoint. */
  readonly url: string;
  readonly address: string;
  /** The newest invocations, oldest first. */
  readonly invocations: readonly Invocation[];
  /** Stops listening and breaks what is still open. */
  stop(): Promise<void>;
}

/**
 * Serves AWS Lambda's `Invoke` and `InvokeWithResponseStream` on plain HTTP, from functions in this process. It checks
 * no signature. Source: the Lambda API reference.
 */
export async function startLambdaEndpoint(options: LambdaEndpointOptions): Promise<LambdaEndpoint> {
  const functions = await loadFunctions(options.functions);
  const invocations: Invocation[] = [];
  const server = createServer((request, response) => {
    const asked = invocationRequestOf(
      request.method ?? "",
      request.url ?? "",
      headerOf(request, "x-amz-invocation-type"),
    );
    const answered =
      asked === undefined
        ? refuse(response, { status: 404, type: "UnknownOperationException", message: "No such operation." })
        : serve(asked, request, response, { functions, invocations, faults: options.faults ?? (() => undefined) });
    // What reaches here broke while answering; the caller sees its connection close.
    answered.catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.keepAliveTimeout = 60_000;
  const { host, port } = hostAndPortOf(options.address ?? "127.0.0.1:0");
  server.listen(port, host);
  await once(server, "listening");
  const address = addressOf(server.address());
  return {
    url: `http://${address}`,
    address,
    invocations,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Served {
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly invocations: Invocation[];
  readonly faults: Faults;
}

async function serve(asked: InvocationRequest, request: IncomingMessage, response: ServerResponse, served: Served) {
  const limit = asked.mode === "event" ? eventPayloadLimitBytes : payloadLimitBytes;
  const body = await bodyOf(request, limit);
  if (body === undefined) return refuse(response, errors.tooLarge(limit));
  const run = functionOf(served.functions, asked.function);
  if (run === undefined) return refuse(response, errors.functionNotFound(arnOf(asked.function)));
  const event = jsonOf(body);
  if (event === undefined) {
    return refuse(response, errors.invalidPayload("Could not parse request body into json: not valid JSON"));
  }
  if (asked.mode === "dry-run") return void response.writeHead(204, answerHeaders(asked, randomUUID())).end();
  const invocation: Invocation = {
    requestId: randomUUID(),
    function: asked.function,
    mode: asked.mode,
    event: event.value,
    state: "running",
  };
  remember(served.invocations, invocation);
  response.once("close", () => {
    invocation.state = response.writableFinished ? "answered" : "abandoned";
  });
  const fault = served.faults({ function: asked.function, event: event.value });
  if (fault?.kind === "latency") await delay(fault.ms);
  await answer(asked, run, invocation, fault, response);
}

async function answer(
  asked: InvocationRequest,
  run: LambdaFunction,
  invocation: Invocation,
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<void> {
  if (fault?.kind === "throttled") return refuse(response, errors.throttled(fault.retryAfterSeconds));
  if (fault?.kind === "denied") return refuse(response, errors.accessDenied);
  if (fault?.kind === "service-error") return refuse(response, errors.serviceException);
  if (fault?.kind === "dropped-connection") return void response.destroy();
  if (fault?.kind === "stalled") return;
  if (fault?.kind === "no-http") return void response.socket?.end("\u0015\u0003 this is no HTTP\r\n\r\n");
  const context = contextOf(invocation.function, invocation.requestId);
  const headers = answerHeaders(asked, invocation.requestId);
  if (asked.mode === "stream") return streamAnswer(run, invocation.event, context, fault, response, headers);
  if (asked.mode === "event") {
    response.writeHead(202, headers).end();
    // Nobody waits for an event's answer; AWS would retry a failed one, or hand it to a dead-letter queue.
    await runFunction(run, invocation.event, context);
    return;
  }
  const result = faultyResult(fault) ?? (await runFunction(run, invocation.event, context));
  const sent = result.payload.length > payloadLimitBytes ? answerTooLarge() : result;
  if (sent.failed) headers["x-amz-function-error"] = "Unhandled";
  headers["content-type"] = "application/json";
  headers["content-length"] = sent.payload.length;
  response.writeHead(200, headers);
  if (fault?.kind === "broken-answer") {
    const half = sent.payload.subarray(0, Math.floor(sent.payload.length / 2));
    return void response.write(half, () => response.destroy());
  }
  response.end(sent.payload);
}

function faultyResult(fault: Fault | undefined): FunctionResult | undefined {
  if (fault?.kind === "answer") return { failed: false, payload: Buffer.from(fault.payload) };
  if (fault?.kind !== "function-error") return undefined;
  const described = { errorType: fault.errorType, errorMessage: fault.message };
  return { failed: true, payload: Buffer.from(JSON.stringify(described)) };
}

function answerTooLarge(): FunctionResult {
  const error = new Error(`Response payload size exceeded maximum allowed payload size (${payloadLimitBytes} bytes).`);
  error.name = "Function.ResponseSizeTooLarge";
  return functionError(error);
}

function functionOf(functions: ReadonlyMap<string, LambdaFunction>, reference: FunctionReference) {
  const { name, qualifier } = reference;
  if (qualifier === undefined || qualifier === "$LATEST") return functions.get(name);
  return functions.get(`${name}:${qualifier}`);
}

function answerHeaders(asked: InvocationRequest, requestId: string): Record<string, string | number> {
  return { "x-amzn-requestid": requestId, "x-amz-executed-version": asked.function.qualifier ?? "$LATEST" };
}

async function refuse(response: ServerResponse, error: errors.ServiceError): Promise<void> {
  const body = JSON.stringify({ Type: error.status < 500 ? "User" : "Service", Message: error.message });
  const headers: Record<string, string | number> = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-amzn-errortype": error.type,
    "x-amzn-requestid": randomUUID(),
  };
  if (error.retryAfterSeconds !== undefined) headers["retry-after"] = error.retryAfterSeconds;
  response.writeHead(error.status, headers).end(body);
}

/** The whole body, or undefined where it is larger than the limit; the rest of it is then read and forgotten. */
async function bodyOf(request: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limitBytes) chunks.push(chunk);
  }
  return bytes > limitBytes ? undefined : Buffer.concat(chunks);
}

/** The event; an empty body is an empty event. Undefined where the bytes are no JSON. */
function jsonOf(body: Buffer): { readonly value: unknown } | undefined {
  if (body.length === 0) return { value: {} };
  try {
    const value: unknown = JSON.parse(body.toString());
    return { value };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function remember(invocations: Invocation[], invocation: Invocation): void {
  invocations.push(invocation);
  if (invocations.length > rememberedInvocations) invocations.shift();
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function hostAndPortOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  const port = Number(address.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`The Lambda endpoint's address ${JSON.stringify(address)} is not host:port.`);
  }
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port };
}

function addressOf(bound: AddressInfo | string | null): string {
  if (bound === null || typeof bound === "string") throw new Error(`not a TCP address: ${bound}`);
  return isIPv6(bound.address) ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
}
