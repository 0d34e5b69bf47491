import type { Exchange } from "../front/exchange.js";
import type { HeaderPairs } from "../front/header-pairs.js";
import { frameOf, trailerFlag } from "./frames.js";
import { headPairs, statusPairs, type GrpcAnswerStream } from "./grpc-answer-stream.js";
import { ok, type GrpcStatus } from "./status.js";

/**
 * gRPC-Web: the trailers are the body's last frame, so that they pass through HTTP/1 and browsers. In its text form each
 * piece of the body is base64 on its own. Source: grpc/grpc, PROTOCOL-WEB.md.
 */
export class GrpcWebStream implements GrpcAnswerStream {
  readonly #exchange: Exchange;
  readonly #contentType: string;
  readonly #isText: boolean;
  #opened = false;

  constructor(exchange: Exchange, contentType: string, isText: boolean) {
    this.#exchange = exchange;
    this.#contentType = contentType;
    this.#isText = isText;
  }

  get opened(): boolean {
    return this.#opened;
  }

  async message(metadata: HeaderPairs, payload: Uint8Array): Promise<void> {
    this.open(metadata);
    await this.#exchange.write(this.#piece(frameOf(payload)));
  }

  lastMessage(metadata: HeaderPairs, payload: Uint8Array, trailers: HeaderPairs): void {
    this.open(metadata);
    this.#exchange.end(this.#piece(Buffer.concat([frameOf(payload), trailerFrame(ok, trailers)])), []);
  }

  end(status: GrpcStatus, metadata: HeaderPairs): void {
    this.open([]);
    this.#exchange.end(this.#piece(trailerFrame(status, metadata)), []);
  }

  open(metadata: HeaderPairs): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#exchange.open(200, [...headPairs(this.#contentType), ...metadata]);
  }

  #piece(bytes: Buffer): Buffer {
    return this.#isText ? Buffer.from(bytes.toString("base64")) : bytes;
  }
}

function trailerFrame(status: GrpcStatus, trailers: HeaderPairs): Buffer {
  const lines = [...statusPairs(status), ...trailers].map(([name, value]) => `${name}: ${value}\r\n`);
  return frameOf(Buffer.from(lines.join(""), "latin1"), trailerFlag);
}
