import { Deadline } from "../deadline.js";
import type { Exchange } from "../front/exchange.js";
import { headerOf } from "../front/header-pairs.js";
import { encodingRefusal } from "../grpc/compression.js";
import { GrpcStream, type GrpcAnswerStream } from "../grpc/grpc-answer-stream.js";
import { GrpcWebStream } from "../grpc/grpc-web-stream.js";
import { readMessage } from "../grpc/read-message.js";
import { code, type GrpcStatus } from "../grpc/status.js";
import { timeoutMsOf } from "../grpc/timeout.js";
import type { WireProtocol } from "../grpc/wire-protocol.js";
import { failureDetail, grpcFailure, type CallFailure } from "../lambda/failure-answer.js";
import type { CallSettings } from "./call-settings.js";
import type { Outcome } from "./served-request.js";

/** A request that is to be understood as a gRPC call. */
export interface GrpcRequest {
  readonly exchange: Exchange;
  readonly protocol: Exclude<WireProtocol, "http">;
  readonly contentType: string;
  readonly requestId: string;
  /** In milliseconds since 1970. */
  readonly receivedAt: number;
}

/** A call whose message has arrived. */
export interface ReceivedCall {
  readonly request: GrpcRequest;
  readonly message: Buffer;
  readonly deadline: Deadline;
  /** Whether it is the client that has set the deadline, and not the gateway alone. */
  readonly hasClientDeadline: boolean;
  readonly answer: GrpcAnswerStream;
}

/**
 * Receives a call: its deadline, and its one message, decompressed. What is wrong with it is answered here; a call that
 * is right goes on with `serve`.
 */
export async function receiveCall(
  request: GrpcRequest,
  settings: Pick<CallSettings, "timeoutMs" | "maxMessageBytes">,
  serve: (call: ReceivedCall) => Promise<Outcome>,
): Promise<Outcome> {
  const { exchange } = request;
  const timeout = headerOf(exchange.headers, "grpc-timeout");
  const timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : timeoutMsOf(timeout);
  if (timeoutMs === undefined) {
    return refuseCall(request, {
      code: code.internal,
      message: `grpc-timeout ${JSON.stringify(timeout)} is malformed`,
    });
  }
  const encodingProblem = encodingRefusal(headerOf(exchange.headers, "grpc-encoding"));
  if (encodingProblem !== undefined) return refuseCall(request, encodingProblem);

  const deadline = new Deadline(exchange.gone, Math.min(timeoutMs, settings.timeoutMs));
  try {
    const isText = request.protocol === "grpc-web-text";
    const reading = await readMessage(exchange, isText, settings.maxMessageBytes, deadline.signal);
    if (reading !== undefined && "refusal" in reading) return refuseCall(request, reading.refusal);
    const answer = answerStreamOf(request);
    if (reading === undefined) return failCall(request, answer, { kind: "aborted" }, deadline);
    return await serve({
      request,
      message: reading.message,
      deadline,
      hasClientDeadline: timeout !== undefined,
      answer,
    });
  } finally {
    deadline.release();
  }
}

/** Answers a call with a status and nothing else. */
export function refuseCall(request: GrpcRequest, status: GrpcStatus): Outcome {
  answerStreamOf(request).end(status, []);
  return { grpcStatus: status.code, failure: undefined };
}

/** Ends a call, perhaps after messages, with what a failure means to the client. */
export function failCall(
  { exchange, requestId }: GrpcRequest,
  answer: GrpcAnswerStream,
  cause: CallFailure,
  deadline: Pick<Deadline, "expired">,
): Outcome {
  const failure: CallFailure = cause.kind === "aborted" && deadline.expired ? { kind: "deadline" } : cause;
  const status = grpcFailure(failure, requestId);
  if (!exchange.gone.aborted) answer.end(status, []);
  return { grpcStatus: status.code, failure: { kind: failure.kind, detail: failureDetail(failure) } };
}

/** The answer in the form that the request's content type asks for. */
export function answerStreamOf({ exchange, protocol, contentType }: GrpcRequest): GrpcAnswerStream {
  if (protocol === "grpc") return new GrpcStream(exchange, contentType);
  return new GrpcWebStream(exchange, contentType, protocol === "grpc-web-text");
}
