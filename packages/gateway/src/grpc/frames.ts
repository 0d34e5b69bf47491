import { code, type GrpcStatus } from "./status.js";

/** A message of gRPC's stream as it stands in it (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export interface Frame {
  readonly compressed: boolean;
  /** Whether it holds trailers, as in gRPC-Web, and no message. */
  readonly trailers: boolean;
  readonly payload: Buffer;
}

const headBytes = 5;
const compressedFlag = 0x01;
/** The flag of a frame that holds trailers, in gRPC-Web. */
export const trailerFlag = 0x80;

/** A message with the five bytes before it. */
export function frameOf(payload: Uint8Array, flags = 0): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + payload.length);
  frame.writeUInt8(flags, 0);
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, headBytes);
  return frame;
}

/** Takes a stream of bytes apart into frames, however they are split over the chunks or packed into them. */
export class FrameReader {
  readonly #limitBytes: number;
  readonly #knownFlags: number;
  #buffered: Buffer[] = [];
  #length = 0;
  /** How many bytes the frame that comes next needs before it can be looked at again. */
  #wanted = headBytes;

  /** @param limitBytes the longest message that is taken */
  constructor(limitBytes: number, { trailers = false }: { readonly trailers?: boolean } = {}) {
    this.#limitBytes = limitBytes;
    this.#knownFlags = trailers ? compressedFlag | trailerFlag : compressedFlag;
  }

  /** Adds bytes; gives the frames that they complete, or why the stream must be refused. */
  push(chunk: Buffer): readonly Frame[] | GrpcStatus {
    this.#buffered.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#wanted) return [];
    let bytes = this.#buffered.length === 1 ? chunk : Buffer.concat(this.#buffered);
    const frames: Frame[] = [];
    for (this.#wanted = headBytes; bytes.length >= headBytes; this.#wanted = headBytes) {
      const length = bytes.readUInt32BE(1);
      const refusal = this.#refusalOf(bytes.readUInt8(0), length);
      if (refusal !== undefined) return refusal;
      this.#wanted = headBytes + length;
      if (bytes.length < this.#wanted) break;
      frames.push({
        compressed: (bytes.readUInt8(0) & compressedFlag) !== 0,
        trailers: (bytes.readUInt8(0) & trailerFlag) !== 0,
        payload: bytes.subarray(headBytes, this.#wanted),
      });
      bytes = bytes.subarray(this.#wanted);
    }
    this.#buffered = bytes.length === 0 ? [] : [bytes];
    this.#length = bytes.length;
    return frames;
  }

  /** Whether the stream may end here: a frame that has begun must be complete. */
  get complete(): boolean {
    return this.#length === 0;
  }

  #refusalOf(flags: number, length: number): GrpcStatus | undefined {
    if ((flags & ~this.#knownFlags) !== 0) {
      return { code: code.internal, message: `a message has the unknown flags 0x${flags.toString(16)}` };
    }
    if (length > this.#limitBytes) {
      const message = `a message of ${length} bytes is longer than the ${this.#limitBytes} that are taken`;
      return { code: code.resourceExhausted, message };
    }
    return undefined;
  }
}
