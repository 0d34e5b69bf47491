import type { Exchange } from "../front/exchange.js";
import { isConnectionHeader, type HeaderPairs } from "../front/header-pairs.js";
import { readBody } from "../front/read-body.js";
import { Deadline } from "../deadline.js";
import { answerOf, inferredAnswerOf, type Answer } from "../lambda/answer.js";
import { httpBody } from "../lambda/call.js";
import { runChain, runStreamingChain, type ChainCall, type StreamedChainResult } from "../lambda/chain.js";
import { failureDetail, httpFailure, type CallFailure } from "../lambda/failure-answer.js";
import type { Invoker } from "../lambda/invoker.js";
import { proxyEvent } from "../lambda/proxy-event.js";
import type { Policy } from "../routes/policy.js";
import { timeLimitMs, type CallSettings } from "./call-settings.js";
import { functionCallOf, withGatewayHeaders } from "./function-call.js";
import { sendStream } from "./http-response-stream.js";
import type { Outcome } from "./served-request.js";
import type { EndSignal } from "../ending.js";

export interface HttpRequest {
  readonly exchange: Exchange;
  readonly policy: Policy;
  readonly requestId: string;
  readonly receivedAt: number;
}

const served: Outcome = { grpcStatus: undefined, failure: undefined };

/** Answers an HTTP request with its policy's functions. */
export async function serveHttpRequest(
  request: HttpRequest,
  invoker: Pick<Invoker, "invoke" | "invokeStreaming">,
  settings: CallSettings,
): Promise<Outcome> {
  const { exchange, requestId } = request;
  const deadline = new Deadline(exchange.gone, timeLimitMs(request.policy, settings));
  try {
    const reading = await readBody(exchange, settings.maxBodyBytes);
    if ("problem" in reading) {
      return refuseRequest(exchange, { kind: reading.problem === "gone" ? "aborted" : "too-large" }, requestId);
    }
    const result = await invokeAll(request, reading.body, invoker, settings, deadline.signal);
    const failure = failureOf(result, deadline);
    if (failure !== undefined) return refuseRequest(exchange, failure, requestId);
    if (result.kind === "answer") sendAnswer(exchange, result.answer, requestId);
    if (result.kind === "streamed") {
      const broken = await sendStream(exchange, result.head, result.body, requestId);
      if (broken !== undefined) return failureOutcome(byDeadline(broken, deadline));
    }
    return served;
  } finally {
    deadline.release();
  }
}

async function invokeAll(
  { exchange, policy, requestId, receivedAt }: HttpRequest,
  body: Buffer,
  invoker: Pick<Invoker, "invoke" | "invokeStreaming">,
  settings: CallSettings,
  signal: EndSignal,
): Promise<StreamedChainResult> {
  const call = functionCallOf(exchange, policy, requestId, receivedAt);
  const sent = exchange.headers.filter(([name]) => !isConnectionHeader(name));
  const headers = withGatewayHeaders(sent, exchange.authority, requestId, settings.nonceHeader);
  const eventOf = (previous: Answer | undefined): string => {
    if (previous === undefined) return proxyEvent(policy, { ...call, headers, body: httpBody(body, headers) });
    const handedOn = withBodyOf(headers, previous);
    return proxyEvent(policy, { ...call, headers: handedOn, body: httpBody(previous.body, handedOn) });
  };
  const isError = ({ statusCode = 200 }: Answer): boolean => statusCode < 200 || statusCode > 299;
  const reading = policy.payloadFormat === "2.0" ? inferredAnswerOf : answerOf;
  const chainCall: ChainCall = { eventOf, answerOf: reading, isError };
  const run = policy.streams ? runStreamingChain : runChain;
  return run(invoker, policy, chainCall, signal);
}

/** The request's headers, but those that speak of its body are the previous answer's. */
function withBodyOf(headers: HeaderPairs, { headers: answered, body }: Answer): HeaderPairs {
  const ofBody = (name: string): boolean => name === "content-type" || name === "content-encoding";
  return [
    ...headers.filter(([name]) => !ofBody(name) && name !== "content-length"),
    ...answered.filter(([name]) => ofBody(name)),
    ["content-length", `${body.length}`],
  ];
}

function failureOf(result: StreamedChainResult, deadline: Deadline): CallFailure | undefined {
  if (result.kind === "failure") return byDeadline(result.failure, deadline);
  const { statusCode = 200 } = result.kind === "streamed" ? result.head : result.answer;
  return statusCode < 200 ? { kind: "malformed", detail: `statusCode ${statusCode} is no final answer` } : undefined;
}

function byDeadline(failure: CallFailure, deadline: Deadline): CallFailure {
  return failure.kind === "aborted" && deadline.expired ? { kind: "deadline" } : failure;
}

function sendAnswer(exchange: Exchange, { statusCode = 200, headers, body }: Answer, requestId: string): void {
  exchange.respond(
    statusCode,
    [...headers.filter(([name]) => name !== "x-request-id"), ["x-request-id", requestId]],
    body,
  );
}

/** Answers with what a failure means to the client. */
export function refuseRequest(exchange: Exchange, failure: CallFailure, requestId: string): Outcome {
  const { status, headers, body } = httpFailure(failure, requestId);
  if (!exchange.gone.aborted) exchange.respond(status, [...headers, ["x-request-id", requestId]], body);
  return failureOutcome(failure);
}

function failureOutcome(failure: CallFailure): Outcome {
  return { grpcStatus: undefined, failure: { kind: failure.kind, detail: failureDetail(failure) } };
}
