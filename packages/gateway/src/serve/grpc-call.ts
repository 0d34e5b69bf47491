import { headerOf, type HeaderPairs } from "../front/header-pairs.js";
import { requestMetadata, responseMetadata } from "../grpc/metadata.js";
import { code, type GrpcStatus } from "../grpc/status.js";
import { timeoutText } from "../grpc/timeout.js";
import { unpaddedBase64 } from "../lambda/base64.js";
import { answerOf, type Answer } from "../lambda/answer.js";
import { runChain, runStreamingChain, type ChainCall } from "../lambda/chain.js";
import { answerStatusOf, moreToCome } from "../lambda/grpc-answer.js";
import type { Invoker } from "../lambda/invoker.js";
import { proxyEvent } from "../lambda/proxy-event.js";
import type { Policy } from "../routes/policy.js";
import { timeLimitMs, type CallSettings } from "./call-settings.js";
import { functionCallOf, withGatewayHeaders } from "./function-call.js";
import { failCall, receiveCall, type GrpcRequest, type ReceivedCall } from "./grpc-request.js";
import type { Outcome } from "./served-request.js";
import { serveResponseStream } from "./grpc-response-stream.js";
import { nextRun, openSignals, untilSignalsStand, type Signals, type SignalsOfCall } from "./stream-continuation.js";

/** What answers calls: a policy's functions, and what wakes their streams. */
export interface GrpcServing {
  readonly invoker: Pick<Invoker, "invoke" | "invokeStreaming">;
  readonly signals: Signals | undefined;
  readonly settings: CallSettings;
}

/** Answers a unary or server streaming call with its policy's functions. */
export async function serveGrpcCall(request: GrpcRequest, policy: Policy, serving: GrpcServing): Promise<Outcome> {
  const { settings } = serving;
  const limits = { timeoutMs: timeLimitMs(policy, settings), maxMessageBytes: settings.maxMessageBytes };
  return receiveCall(request, limits, async (call) => {
    const signals = openSignals(serving.signals, policy, request.exchange, settings);
    try {
      if (signals !== undefined) await untilSignalsStand(signals, call.deadline.signal);
      return await answerCall(call, policy, signals, serving);
    } finally {
      signals?.close();
    }
  });
}

async function answerCall(
  call: ReceivedCall,
  policy: Policy,
  signals: SignalsOfCall | undefined,
  { invoker, settings }: GrpcServing,
): Promise<Outcome> {
  const { request, deadline } = call;
  const statusOf = (answer: Answer): GrpcStatus => answerStatusOf(answer, policy.setsGrpcStatus);
  const chainCall: ChainCall = {
    eventOf: eventsOf(call, policy, settings),
    answerOf,
    isError: (answer) => statusOf(answer).code !== code.ok,
  };
  const run = policy.streams ? runStreamingChain : runChain;
  for (;;) {
    const result = await run(invoker, policy, chainCall, deadline.signal);
    if (result.kind === "failure") return failCall(request, call.answer, result.failure, deadline);
    if (result.kind === "streamed") {
      const rules = { setsGrpcStatus: policy.setsGrpcStatus, maxMessageBytes: settings.maxStreamedMessageBytes };
      return serveResponseStream(call, result.head, result.body, rules);
    }
    if (deadline.signal.aborted) return failCall(request, call.answer, { kind: "aborted" }, deadline);
    const { answer } = result;
    const status = statusOf(answer);
    const metadata = responseMetadata(answer.headers.filter(([name]) => name !== settings.streamTimeoutHeader));
    const trailers = responseMetadata(answer.trailers);
    if (status.code !== code.ok) {
      call.answer.end(status, [...metadata, ...trailers]);
      return { grpcStatus: status.code, failure: undefined };
    }
    if (answer.statusCode !== moreToCome) {
      call.answer.lastMessage(metadata, answer.body, trailers);
      return { grpcStatus: code.ok, failure: undefined };
    }
    await call.answer.message(metadata, answer.body);
    const next = await nextRun(headerOf(answer.headers, settings.streamTimeoutHeader), signals, deadline.signal);
    if (next.kind === "aborted") return failCall(request, call.answer, { kind: "aborted" }, deadline);
    if (next.kind === "end") {
      call.answer.end(next.status, trailers);
      return { grpcStatus: next.status.code, failure: undefined };
    }
  }
}

/** The events of a call: the same request each time, with the time that is left. */
function eventsOf(
  { request, message, deadline, hasClientDeadline }: ReceivedCall,
  policy: Policy,
  settings: CallSettings,
): (previous: Answer | undefined) => string {
  const { exchange, requestId, receivedAt } = request;
  const call = functionCallOf(exchange, policy, requestId, receivedAt);
  const metadata = requestMetadata(exchange.headers);
  const headers = withGatewayHeaders(metadata, exchange.authority, requestId, settings.nonceHeader);
  // A function that is told no time has Lambda's own; the gateway's limit is not the client's wish.
  const withTimeout = (): HeaderPairs =>
    hasClientDeadline && deadline.remainingMs !== undefined
      ? [...headers, ["grpc-timeout", timeoutText(deadline.remainingMs)]]
      : headers;
  return (previous) => {
    const bytes = previous?.body ?? message;
    const body = settings.unpaddedBase64 ? unpaddedBase64(bytes) : bytes.toString("base64");
    return proxyEvent(policy, { ...call, headers: withTimeout(), body: { body, isBase64Encoded: true } });
  };
}
