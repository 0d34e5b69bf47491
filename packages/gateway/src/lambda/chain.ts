import type { Policy } from "../routes/policy.js";
import type { Answer, AnswerReading } from "./answer.js";
import type { CallFailure } from "./failure-answer.js";
import type { Invoker } from "./invoker.js";
import { retryThrottled } from "./retry-throttled.js";
import { streamedAnswerOf, type StreamedBody } from "./streamed-answer.js";
import type { EndSignal } from "../ending.js";

/** What came of a chain of functions. */
export type ChainResult =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "failure"; readonly failure: CallFailure };

/** The same of a chain whose last function may stream: its head, then its body as it comes. */
export type StreamedChainResult =
  | ChainResult
  | { readonly kind: "streamed"; readonly head: Answer; readonly body: StreamedBody };

/** What differs between the protocols: how a call is told to a function, and which of its answers end a chain. */
export interface ChainCall {
  /** The event as JSON; of all functions but the first with what the one before answered as its body. */
  eventOf(previous: Answer | undefined): string;
  answerOf(payload: Uint8Array): AnswerReading;
  isError(answer: Answer): boolean;
}

type Invocations = Pick<Invoker, "invoke" | "invokeStreaming">;
type ChainPolicy = Pick<Policy, "chain" | "throttlingRetries">;

/**
 * Invokes the functions one after the other, each with the previous one's answer. The first failure or answer that is an
 * error ends the chain, and is what comes of it.
 */
export async function runChain(
  invoker: Invocations,
  { chain, throttlingRetries }: ChainPolicy,
  call: ChainCall,
  signal: EndSignal,
): Promise<ChainResult> {
  const patient = retryThrottled(invoker, throttlingRetries);
  let previous: Answer | undefined;
  for (const [position, target] of chain.entries()) {
    const event = Buffer.from(call.eventOf(previous));
    const result = await patient.invoke(target, event, signal);
    if (result.kind !== "answered") return { kind: "failure", failure: result };
    const reading = call.answerOf(result.payload);
    if ("malformed" in reading) return malformed(`${target.functionName}: ${reading.malformed}`);
    const { answer } = reading;
    if (position === chain.length - 1 || call.isError(answer)) return { kind: "answer", answer };
    previous = answer;
  }
  throw new Error("a chain has at least one function");
}

/** The same, but that the last function is asked for a stream. */
export async function runStreamingChain(
  invoker: Invocations,
  { chain, throttlingRetries }: ChainPolicy,
  call: ChainCall,
  signal: EndSignal,
): Promise<StreamedChainResult> {
  const before = chain.slice(0, -1);
  const last = chain.at(-1);
  if (last === undefined) throw new Error("a chain has at least one function");
  let previous: Answer | undefined;
  if (before.length > 0) {
    const result = await runChain(invoker, { chain: before, throttlingRetries }, call, signal);
    if (result.kind === "failure" || call.isError(result.answer)) return result;
    previous = result.answer;
  }
  const event = Buffer.from(call.eventOf(previous));
  const result = await retryThrottled(invoker, throttlingRetries).invokeStreaming(last, event, signal);
  if (result.kind !== "streaming") return { kind: "failure", failure: result };
  const reading = await streamedAnswerOf(result.chunks, (payload) => call.answerOf(payload));
  return reading.kind === "failure" && reading.failure.kind === "malformed"
    ? malformed(`${last.functionName}: ${reading.failure.detail}`)
    : reading;
}

function malformed(detail: string): ChainResult {
  return { kind: "failure", failure: { kind: "malformed", detail } };
}
