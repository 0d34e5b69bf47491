import { answerOf, type Answer, type AnswerReading } from "./answer.js";
import type { CallFailure } from "./failure-answer.js";
import type { InvocationFailure } from "./invoker.js";

/** The rest of a streamed answer: bytes as they come; a failure among them is the last. */
export type StreamedBody = AsyncIterable<Uint8Array | InvocationFailure>;

/** How an answer that may stream begins. */
export type StreamedAnswer =
  | { readonly kind: "streamed"; readonly head: Answer; readonly body: StreamedBody }
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "failure"; readonly failure: CallFailure };

/** Between the prelude and the body (Lambda's `application/vnd.awslambda.http-integration-response`). */
const preludeEnd = Buffer.alloc(8);
/** What a prelude, or an answer without one, may be at most. */
const longestHeadBytes = 8 * 1024 * 1024;

/**
 * Reads the beginning of a streamed answer: JSON and eight NUL bytes, which JSON never holds, then the body. Without them
 * the whole is the answer of a function that does not stream, read by `wholeAnswerOf`.
 */
export async function streamedAnswerOf(
  chunks: StreamedBody,
  wholeAnswerOf: (payload: Uint8Array) => AnswerReading,
): Promise<StreamedAnswer> {
  const iterator = chunks[Symbol.asyncIterator]();
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return answered(wholeAnswerOf(bytes));
    if (!(next.value instanceof Uint8Array)) return { kind: "failure", failure: next.value };
    // The separator may straddle chunks.
    const searched = Math.max(0, bytes.length - preludeEnd.length + 1);
    bytes = Buffer.concat([bytes, next.value]);
    const end = bytes.indexOf(preludeEnd, searched);
    if (end >= 0) {
      const prelude = answered(answerOf(bytes.subarray(0, end)));
      if (prelude.kind === "answer") {
        const first = bytes.subarray(end + preludeEnd.length);
        return { kind: "streamed", head: prelude.answer, body: continued(first, iterator) };
      }
      await iterator.return?.();
      return prelude;
    }
    if (bytes.length > longestHeadBytes) {
      await iterator.return?.();
      return answered({ malformed: "the answer has no prelude, and is too long to be one without a stream" });
    }
  }
}

function answered(reading: AnswerReading): Exclude<StreamedAnswer, { kind: "streamed" }> {
  return "malformed" in reading
    ? { kind: "failure", failure: { kind: "malformed", detail: reading.malformed } }
    : { kind: "answer", answer: reading.answer };
}

async function* continued(
  first: Uint8Array,
  iterator: AsyncIterator<Uint8Array | InvocationFailure>,
): AsyncGenerator<Uint8Array | InvocationFailure> {
  try {
    if (first.length > 0) yield first;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Who stops reading ends the invocation.
    await iterator.return?.();
  }
}
