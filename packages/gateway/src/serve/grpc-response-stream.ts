import type { HeaderPairs } from "../front/header-pairs.js";
import { FrameReader } from "../grpc/frames.js";
import { responseMetadata } from "../grpc/metadata.js";
import { code, ok, type GrpcStatus } from "../grpc/status.js";
import type { Answer } from "../lambda/answer.js";
import type { CallFailure } from "../lambda/failure-answer.js";
import { answerStatusOf, setStatusOf } from "../lambda/grpc-answer.js";
import type { StreamedBody } from "../lambda/streamed-answer.js";
import { failCall, type ReceivedCall } from "./grpc-request.js";
import type { Outcome } from "./served-request.js";

/** What a streamed body came to: its last trailers, or why it cannot go on. */
type StreamEnd = { readonly trailers: HeaderPairs } | { readonly failure: CallFailure };

/** How a function's stream is to be read. */
export interface StreamRules {
  readonly setsGrpcStatus: boolean;
  /** The longest message that is passed on: one that is gathered in memory until it is whole. */
  readonly maxMessageBytes: number;
}

/**
 * Passes on the messages of a function that streams: gRPC's length-prefixed messages, uncompressed, each as soon as it is
 * whole. A frame with the flag 0x80 holds trailers, as in gRPC-Web, and is the last.
 */
export async function serveResponseStream(
  call: ReceivedCall,
  head: Answer,
  body: StreamedBody,
  { setsGrpcStatus, maxMessageBytes }: StreamRules,
): Promise<Outcome> {
  const metadata = responseMetadata(head.headers);
  const early = answerStatusOf({ ...head, body: Buffer.alloc(0) }, setsGrpcStatus);
  if (early.code !== code.ok) return endWithError(call, early, body, metadata, maxMessageBytes);
  // Without metadata nothing is to be told before it is known whether there are messages: an error is one frame then.
  if (metadata.length > 0) call.answer.open(metadata);
  const end = await passMessages(body, new FrameReader(maxMessageBytes, { trailers: true }), async (payload) =>
    call.answer.message(metadata, payload),
  );
  if ("failure" in end) return failCall(call.request, call.answer, end.failure, call.deadline);
  const status = (setsGrpcStatus ? setStatusOf(end.trailers) : undefined) ?? ok;
  call.answer.end(status, responseMetadata([...head.trailers, ...end.trailers]));
  return { grpcStatus: status.code, failure: undefined };
}

async function passMessages(
  body: StreamedBody,
  reader: FrameReader,
  pass: (payload: Uint8Array) => Promise<void>,
): Promise<StreamEnd> {
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) return { failure: chunk };
    const frames = reader.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    if ("code" in frames) return { failure: { kind: "malformed", detail: `streamed messages: ${frames.message}` } };
    for (const { compressed, trailers, payload } of frames) {
      if (compressed) return { failure: { kind: "malformed", detail: "a streamed message is marked compressed" } };
      if (trailers) return { trailers: trailersOf(payload) };
      await pass(payload);
    }
  }
  if (reader.complete) return { trailers: [] };
  return { failure: { kind: "malformed", detail: "the stream ends in the middle of a message" } };
}

/** What is left of the body is the message of the status, where the function set none. */
async function endWithError(
  call: ReceivedCall,
  status: GrpcStatus,
  body: StreamedBody,
  metadata: HeaderPairs,
  limitBytes: number,
): Promise<Outcome> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) return failCall(call.request, call.answer, chunk, call.deadline);
    bytes += chunk.length;
    if (bytes > limitBytes) break;
    parts.push(chunk);
  }
  const message = status.message === "" ? Buffer.concat(parts).toString() : status.message;
  call.answer.end({ ...status, message }, metadata);
  return { grpcStatus: status.code, failure: undefined };
}

function trailersOf(payload: Buffer): HeaderPairs {
  return payload
    .toString("latin1")
    .split("\r\n")
    .flatMap((line) => {
      const colon = line.indexOf(":");
      return colon <= 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const];
    });
}
