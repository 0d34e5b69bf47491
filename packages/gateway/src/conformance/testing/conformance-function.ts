import { setTimeout as delay } from "node:timers/promises";
import { httpResponseStream, streamifyResponse, type LambdaFunction } from "@protomesh/local";
import { frameOf, trailerFlag } from "../../grpc/frames.js";
import { statusMessageText } from "../../grpc/status.js";
import { timeoutMsOf } from "../../grpc/timeout.js";
import { encoded, Fields } from "./wire.js";

/**
 * ConformanceService as Lambda functions, as its comments ask for it: answers hold what the requests say.
 * Source: connectrpc.com/conformance v1.0.7, proto/connectrpc/conformance/v1/service.proto.
 */
export const conformanceFunctions: Readonly<Record<"unary" | "server-stream", LambdaFunction>> = {
  unary: async (event: Event) => {
    const request = Buffer.from(event.body, "base64");
    const definition = new Fields(request).message(1);
    const info = requestInfo(event, "UnaryRequest", request);
    await delay(definition?.number(6) ?? 0);
    const head = {
      multiValueHeaders: headersOf(definition?.all(1)),
      multiValueTrailers: headersOf(definition?.all(4)),
    };
    const error = definition?.message(3);
    if (error !== undefined) {
      return { ...head, multiValueHeaders: { ...head.multiValueHeaders, ...statusHeaders(error, info) } };
    }
    const payload = encoded({ 1: definition?.bytes(2), 2: info });
    return { ...head, body: Buffer.from(encoded({ 1: payload })).toString("base64"), isBase64Encoded: true };
  },

  "server-stream": streamifyResponse(async (event: Event, stream) => {
    const request = Buffer.from(event.body, "base64");
    const definition = new Fields(request).message(1);
    const info = requestInfo(event, "ServerStreamRequest", request);
    const body = httpResponseStream(stream, { multiValueHeaders: headersOf(definition?.all(1)) });
    const data = definition?.all(2) ?? [];
    for (const [position, each] of data.entries()) {
      await delay(definition?.number(3) ?? 0);
      const payload = encoded({ 1: each, ...(position === 0 && { 2: info }) });
      body.write(frameOf(encoded({ 1: payload })));
    }
    const error = definition?.message(4);
    const status = error === undefined ? {} : statusHeaders(error, data.length === 0 ? info : undefined);
    body.write(trailerFrame({ ...headersOf(definition?.all(5)), ...status }));
  }),
};

interface Event {
  readonly body: string;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

type Headers = Readonly<Record<string, readonly string[]>>;

const types = "type.googleapis.com/connectrpc.conformance.v1.";

/** What the function has seen of the call: an encoded ConformancePayload.RequestInfo. */
function requestInfo({ multiValueHeaders }: Event, type: string, request: Uint8Array): Uint8Array {
  const headers = Object.entries(multiValueHeaders).map(([name, values]) => encoded({ 1: name, 2: values }));
  const [timeout] = multiValueHeaders["grpc-timeout"] ?? [];
  return encoded({
    1: headers,
    2: timeout === undefined ? undefined : timeoutMsOf(timeout),
    3: encoded({ 1: `${types}${type}`, 2: request }),
  });
}

/** The Header messages as the headers of an answer. */
function headersOf(headers: readonly Uint8Array[] = []): Headers {
  return Object.fromEntries(
    headers.map((each) => {
      const fields = new Fields(each);
      return [fields.text(1) ?? "", fields.all(2).map((value) => Buffer.from(value).toString())];
    }),
  );
}

/** An Error message as gRPC says it, its details in a google.rpc.Status, `info` among them. */
function statusHeaders(error: Fields, info: Uint8Array | undefined): Headers {
  const code = error.number(1);
  const message = error.text(2) ?? "";
  const details = [...error.all(3)];
  if (info !== undefined) details.push(encoded({ 1: `${types}ConformancePayload.RequestInfo`, 2: info }));
  const status = Buffer.from(encoded({ 1: code, 2: message, 3: details })).toString("base64");
  return {
    "grpc-status": [`${code}`],
    "grpc-message": [statusMessageText(message)],
    "grpc-status-details-bin": [status],
  };
}

function trailerFrame(trailers: Headers): Buffer {
  const lines = Object.entries(trailers).flatMap(([name, values]) => values.map((value) => `${name}: ${value}\r\n`));
  return frameOf(Buffer.from(lines.join("")), trailerFlag);
}
