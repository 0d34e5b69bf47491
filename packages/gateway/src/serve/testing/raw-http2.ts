import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from "node:http2";

/** What a stream gave back, frame by frame as far as Node tells. */
export interface RawAnswer {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whether the headers were the whole answer: one frame with END_STREAM. */
  readonly headersOnly: boolean;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** 0 where the stream was not reset. */
  readonly resetCode: number;
}

/** A client of HTTP/2 that can misbehave. */
export class RawHttp2 implements Disposable {
  readonly session: ClientHttp2Session;

  /** @param url http://host:port */
  constructor(url: string) {
    this.session = connect(url);
    this.session.on("error", () => undefined);
  }

  /** Opens a gRPC call whose body is the caller's to write. */
  open(path: string, headers: OutgoingHttpHeaders = {}): { stream: ClientHttp2Stream; answer: Promise<RawAnswer> } {
    const stream = this.session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    return { stream, answer: answerOf(stream) };
  }

  /** Sends a call with these bytes as its body. */
  async call(path: string, body: Uint8Array, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
    const { stream, answer } = this.open(path, headers);
    stream.end(body);
    return answer;
  }

  [Symbol.dispose](): void {
    this.session.destroy();
  }
}

async function answerOf(stream: ClientHttp2Stream): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let headers: Readonly<Record<string, unknown>> = {};
    let headersOnly = false;
    let trailers: Readonly<Record<string, unknown>> = {};
    const chunks: Buffer[] = [];
    stream.on("response", (received, flags) => {
      headers = received;
      headersOnly = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    });
    stream.on("trailers", (received: Record<string, unknown>) => {
      trailers = received;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => undefined);
    stream.on("close", () => {
      resolve({ headers, headersOnly, trailers, body: Buffer.concat(chunks), resetCode: stream.rstCode });
    });
  });
}
