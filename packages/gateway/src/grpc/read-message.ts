import type { Exchange } from "../front/exchange.js";
import { headerOf } from "../front/header-pairs.js";
import { Base64Stream } from "./base64-stream.js";
import { messageOf } from "./compression.js";
import { FrameReader, type Frame } from "./frames.js";
import { code, type GrpcStatus } from "./status.js";
import type { EndSignal } from "../ending.js";

/** The one message of a call, or why the call must be refused; undefined where the client went away. */
export type MessageReading = { readonly message: Buffer } | { readonly refusal: GrpcStatus } | undefined;

const cardinality = "the gateway serves methods that take exactly one message";

/**
 * Reads the one message that a unary or server streaming call has. A second one is refused as soon as it begins: the
 * gateway serves no client streams.
 */
export async function readMessage(
  exchange: Exchange,
  isText: boolean,
  limitBytes: number,
  signal: EndSignal,
): Promise<MessageReading> {
  const encoding = headerOf(exchange.headers, "grpc-encoding");
  const frame = await readFrame(exchange, isText, limitBytes, signal);
  if (frame === undefined || "code" in frame) return frame && { refusal: frame };
  // Most messages are not compressed, and then there is nothing to wait for.
  const message = frame.compressed ? await messageOf(frame, encoding, limitBytes) : frame.payload;
  return Buffer.isBuffer(message) ? { message } : { refusal: message };
}

function readFrame(
  { body }: Exchange,
  isText: boolean,
  limitBytes: number,
  signal: EndSignal,
): Promise<Frame | GrpcStatus | undefined> {
  return new Promise((resolve) => {
    const reader = new FrameReader(limitBytes);
    const decoder = isText ? new Base64Stream() : undefined;
    let message: Frame | undefined;
    let settled = false;
    // The listeners stay, as a stream that breaks after this has nobody else to hear of it; what comes is let pass.
    const settle = (reading: Frame | GrpcStatus | undefined): void => {
      if (settled) return;
      settled = true;
      signal.removeEventListener("abort", abandon);
      resolve(reading);
    };
    const take = (chunk: Buffer): void => {
      if (settled) return;
      const frames = reader.push(decoder === undefined ? chunk : decoder.push(chunk));
      if ("code" in frames) return settle(frames);
      const [first, second] = message === undefined ? frames : [message, ...frames];
      message = first;
      const another = second !== undefined || (message !== undefined && !reader.complete);
      if (another) settle({ code: code.unimplemented, message: `${cardinality}, and a second one came` });
    };
    const complete = (): void => {
      if (settled) return;
      if (!reader.complete || decoder?.complete === false) {
        settle({ code: code.internal, message: "the request ends in the middle of a message" });
      } else {
        settle(message ?? { code: code.unimplemented, message: `${cardinality}, and none came` });
      }
    };
    const abandon = (): void => settle(undefined);
    body.on("data", take).on("end", complete).on("error", abandon).on("close", abandon);
    signal.addEventListener("abort", abandon);
    if (signal.aborted) abandon();
  });
}
