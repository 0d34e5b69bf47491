import {
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  LambdaServiceException,
  type LambdaClientConfig,
} from "@aws-sdk/client-lambda";
import { HttpRequest, HttpResponse } from "@smithy/protocol-http";
import type { HttpHandlerOptions, RequestHandler } from "@smithy/types";
import type { FunctionTarget } from "../routes/policy.js";
import type { ApiAnswer } from "./api-answer.js";
import type { ApiRequest, Connections } from "./connections.js";
import { apiFailureOf, functionFailureOf } from "./invocation-failure.js";
import type { InvocationFailure, InvocationResult, Invoker, StreamingResult } from "./invoker.js";
import type { SigningCredentials } from "./request-signer.js";
import { Ending, type EndSignal } from "../ending.js";

/** Where and as whom functions are invoked; what is not given is found as every AWS client finds it. */
export type AwsOptions = Pick<LambdaClientConfig, "endpoint" | "region" | "credentials">;

/** The part of the SDK's configuration that makes nothing happen behind the caller's back: one attempt, our transport. */
function lambdaClient(options: AwsOptions, requestHandler: RequestHandler<HttpRequest, HttpResponse>) {
  return new LambdaClient({ ...options, requestHandler, maxAttempts: 1, cacheMiddleware: true });
}

/** What both commands take. */
type InvocationInput = { FunctionName: string; Payload: Uint8Array; Qualifier?: string };

/** Invokes through the SDK's client. */
export class SdkInvoker implements Invoker {
  readonly #client: LambdaClient;
  readonly #connections: Connections;
  /** By a command's input: what aborts it. `send` takes a signal too, but then resolves its middleware each time. */
  readonly #signals = new WeakMap<object, EndSignal>();

  constructor(options: AwsOptions, connections: Connections) {
    this.#connections = connections;
    const handler = new ConnectionsHandler(connections);
    this.#client = lambdaClient(options, handler);
    this.#client.middlewareStack.add(
      (next) => async (args) => {
        const signal = this.#signals.get(args.input);
        if (signal !== undefined && HttpRequest.isInstance(args.request)) handler.abortable(args.request, signal);
        return next(args);
      },
      { step: "deserialize", priority: "low", name: "abortByInput" },
    );
  }

  async invoke(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<InvocationResult> {
    const input = this.#input(target, payload, signal);
    try {
      const answer = await this.#client.send(new InvokeCommand(input));
      const bytes = answer.Payload ?? new Uint8Array();
      return answer.FunctionError === undefined ? { kind: "answered", payload: bytes } : functionFailureOf(bytes);
    } catch (error) {
      return failureOf(error, signal);
    }
  }

  async invokeStreaming(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): Promise<StreamingResult> {
    // The SDK's iterable does not end the answer when nobody reads on, so that has to be done here.
    const unwanted = new Ending();
    if (signal.aborted) return { kind: "aborted" };
    signal.addEventListener("abort", () => unwanted.abort());
    const input = this.#input(target, payload, unwanted);
    try {
      const { EventStream: events } = await this.#client.send(new InvokeWithResponseStreamCommand(input));
      if (events === undefined) return { kind: "refused", detail: "the answer has no stream" };
      return { kind: "streaming", chunks: chunksOf(events, signal, unwanted) };
    } catch (error) {
      return failureOf(error, signal);
    }
  }

  /** Who invokes, as the SDK finds it; it keeps what it found until that expires. */
  async credentials(): Promise<SigningCredentials> {
    return this.#client.config.credentials();
  }

  async close(): Promise<void> {
    this.#client.destroy();
    await this.#connections.close();
  }

  #input(target: FunctionTarget, payload: Uint8Array, signal: EndSignal): InvocationInput {
    const { functionName, qualifier } = target;
    const input = {
      FunctionName: functionName,
      Payload: payload,
      ...(qualifier !== undefined && { Qualifier: qualifier }),
    };
    this.#signals.set(input, signal);
    return input;
  }
}

interface ResponseEvent {
  readonly PayloadChunk?: { readonly Payload?: Uint8Array | undefined } | undefined;
  readonly InvokeComplete?:
    | { readonly ErrorCode?: string | undefined; readonly ErrorDetails?: string | undefined }
    | undefined;
}

async function* chunksOf(
  events: AsyncIterable<ResponseEvent>,
  signal: EndSignal,
  unwanted: Ending,
): AsyncGenerator<Uint8Array | InvocationFailure> {
  try {
    for await (const { PayloadChunk: chunk, InvokeComplete: complete } of events) {
      if (chunk?.Payload !== undefined) yield chunk.Payload;
      if (complete?.ErrorCode !== undefined) {
        yield functionFailureOf(complete.ErrorDetails ?? "", complete.ErrorCode);
        return;
      }
    }
  } catch (error) {
    yield failureOf(error, signal);
  } finally {
    unwanted.abort();
  }
}

function failureOf(error: unknown, signal: EndSignal): InvocationFailure {
  if (signal.aborted) return { kind: "aborted" };
  if (error instanceof LambdaServiceException) {
    const { httpStatusCode = 500 } = error.$metadata;
    return apiFailureOf(httpStatusCode, error.name, error.message, error.$response?.headers["retry-after"]);
  }
  return { kind: "unavailable", detail: error instanceof Error ? error.message : String(error) };
}

/** The SDK's way to our connections: lean, as it neither pipes nor collects what is there as bytes. */
class ConnectionsHandler implements RequestHandler<HttpRequest, HttpResponse> {
  readonly #connections: Connections;
  readonly #signals = new WeakMap<HttpRequest, EndSignal>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  abortable(request: HttpRequest, signal: EndSignal): void {
    this.#signals.set(request, signal);
  }

  async handle(request: HttpRequest, _options?: HttpHandlerOptions): Promise<{ response: HttpResponse }> {
    const signal = this.#signals.get(request);
    const asked = apiRequestOf(request);
    const streams = request.path.endsWith("/response-streaming-invocations");
    const { status, headers, body } = streams
      ? await this.#connections.stream(asked, signal)
      : await this.#connections.request(asked, signal);
    return { response: new HttpResponse({ statusCode: status, headers: flatHeaders(headers), body }) };
  }
}

function flatHeaders(headers: ApiAnswer<unknown>["headers"]): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

function apiRequestOf(request: HttpRequest): ApiRequest {
  const { protocol, hostname, port, path, query, method, headers } = request;
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((each): [string, string] => [name, each ?? ""]),
    ),
  ).toString();
  const body: unknown = request.body;
  return {
    origin: `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`,
    path: search === "" ? path : `${path}?${search}`,
    method,
    headers,
    body: body instanceof Uint8Array || typeof body === "string" ? body : null,
  };
}
