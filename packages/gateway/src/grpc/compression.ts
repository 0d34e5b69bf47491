import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Frame } from "./frames.js";
import { code, type GrpcStatus } from "./status.js";

/** What is told to clients in `grpc-accept-encoding`. */
export const acceptedEncodings = "identity,gzip";

const gunzipped = promisify(gunzip);

/** Why a `grpc-encoding` cannot be understood; undefined where it can. */
export function encodingRefusal(encoding: string | undefined): GrpcStatus | undefined {
  if (encoding === undefined || encoding === "identity" || encoding === "gzip") return undefined;
  const message = `grpc-encoding ${JSON.stringify(encoding)} is not understood; ${acceptedEncodings} are`;
  return { code: code.unimplemented, message };
}

/** A frame's message. The limit counts bytes after decompression, and nothing beyond it is decompressed. */
export async function messageOf(
  frame: Pick<Frame, "compressed" | "payload">,
  encoding: string | undefined,
  limitBytes: number,
): Promise<Buffer | GrpcStatus> {
  if (!frame.compressed) return frame.payload;
  if (encoding === undefined || encoding === "identity") {
    return { code: code.internal, message: "a message is marked compressed, and grpc-encoding names no compression" };
  }
  try {
    return await gunzipped(frame.payload, { maxOutputLength: Math.max(1, limitBytes) });
  } catch (error) {
    if (error instanceof RangeError) {
      const message = `a message is longer than the ${limitBytes} bytes that are taken`;
      return { code: code.resourceExhausted, message };
    }
    return { code: code.internal, message: "a message is marked compressed, and is no gzip" };
  }
}
