import type { Exchange } from "../front/exchange.js";
import type { HeaderPairs } from "../front/header-pairs.js";
import { acceptedEncodings } from "./compression.js";
import { frameOf } from "./frames.js";
import { statusMessageText, type GrpcStatus } from "./status.js";

/** The answer to a gRPC call: messages, then the status; either gRPC's own format or gRPC-Web's. */
export interface GrpcAnswerStream {
  /** Whether a message, and the metadata before it, has been sent. */
  readonly opened: boolean;
  /** Sends metadata ahead of the first message, or of the status where no message comes. */
  open(metadata: HeaderPairs): void;
  /** Sends a message, with the metadata before it if it is the first; resolves when the client is ready for more. */
  message(metadata: HeaderPairs, payload: Uint8Array): Promise<void>;
  /** Sends the last message, and that the call went well. */
  lastMessage(metadata: HeaderPairs, payload: Uint8Array, trailers: HeaderPairs): void;
  /** Ends the call. Without a message before it, metadata and status go out together. */
  end(status: GrpcStatus, metadata: HeaderPairs): void;
}

const nothing = Buffer.alloc(0);

/** gRPC over HTTP/2: the status stands in the trailers, or with the headers where there is no message. */
export class GrpcStream implements GrpcAnswerStream {
  readonly #exchange: Exchange;
  readonly #contentType: string;
  #opened = false;

  constructor(exchange: Exchange, contentType: string) {
    this.#exchange = exchange;
    this.#contentType = contentType;
  }

  get opened(): boolean {
    return this.#opened;
  }

  async message(metadata: HeaderPairs, payload: Uint8Array): Promise<void> {
    this.open(metadata);
    await this.#exchange.write(frameOf(payload));
  }

  lastMessage(metadata: HeaderPairs, payload: Uint8Array, trailers: HeaderPairs): void {
    this.open(metadata);
    this.#exchange.end(frameOf(payload), [["grpc-status", "0"], ...trailers]);
  }

  end(status: GrpcStatus, metadata: HeaderPairs): void {
    const trailers = [...statusPairs(status), ...metadata];
    if (this.#opened) this.#exchange.end(nothing, trailers);
    else this.#exchange.respondHeadersOnly(200, [...headPairs(this.#contentType), ...trailers]);
  }

  open(metadata: HeaderPairs): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#exchange.open(200, [...headPairs(this.#contentType), ...metadata]);
  }
}

export function headPairs(contentType: string): HeaderPairs {
  return [
    ["content-type", contentType],
    ["grpc-accept-encoding", acceptedEncodings],
  ];
}

export function statusPairs({ code, message, details }: GrpcStatus): HeaderPairs {
  const pairs: (readonly [string, string])[] = [["grpc-status", `${code}`]];
  if (message !== "") pairs.push(["grpc-message", statusMessageText(message)]);
  if (details !== undefined) pairs.push(["grpc-status-details-bin", details]);
  return pairs;
}
