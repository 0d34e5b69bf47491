import { once } from "node:events";
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { instanceResourceId } from "@protomesh/core";

/** A moment of a call on its way: before the server gets it, or after the server has acted and before the client knows. */
export interface Edge {
  /** The method's name, without its service; `ReportInstance` where an instance reports of itself. */
  readonly method: string;
  readonly side: "request" | "answer";
}

/** What becomes of a call at an edge: it goes on, is kept there for ever, or its connection breaks. */
export type Fate = "pass" | "hold" | "cut";

/** A proxy between a gRPC client and a server without TLS, by which a test stops a given call at a given moment. */
export class CallProxy {
  /** Asked at each edge of each call, in order. */
  fateAt: (edge: Edge) => Fate = () => "pass";
  readonly #target: () => string;
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(target: () => string) {
    this.#target = target;
    this.#server = createServer();
    this.#server.on("session", (session) => this.#serve(session));
  }

  /** @param target host:port of the server, or of whom it is at that moment */
  static async open(target: () => string): Promise<CallProxy> {
    const proxy = new CallProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy is closed");
    return `127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const session of this.#sessions) session.destroy();
    await closed;
  }

  #serve(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    const upstream = connect(`http://${this.#target()}`);
    const end = (): void => {
      this.#sessions.delete(session);
      session.destroy();
      upstream.destroy();
    };
    for (const one of [session, upstream]) one.on("error", end).on("close", end);
    upstream.on("goaway", end);
    session.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on("error", () => stream.destroy());
      const called = String(headers[":path"]).split("/").at(-1) ?? "";
      const onwards = (method: string, body?: Buffer): void =>
        this.#pass({ method, side: "request" }, session, () => {
          if (upstream.closed || upstream.destroyed) end();
          else this.#forward(method, stream, requestTo(upstream, headers), session, body);
        });
      if (called === "ReportStatus") {
        void wholeOf(stream).then((body) =>
          onwards(body.includes(instanceResourceId) ? "ReportInstance" : called, body),
        );
      } else onwards(called);
    });
  }

  /** @param body the request, where it has been read already */
  #forward(
    method: string,
    stream: ServerHttp2Stream,
    call: ClientHttp2Stream,
    session: ServerHttp2Session,
    body: Buffer | undefined,
  ): void {
    let trailers: IncomingHttpHeaders = {};
    call.on("error", () => stream.destroy());
    call.on("trailers", (told: IncomingHttpHeaders) => {
      trailers = told;
    });
    stream.on("close", () => call.close(constants.NGHTTP2_CANCEL));
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    call.on("response", (headers, flags) => {
      this.#pass({ method, side: "answer" }, session, () => {
        if (stream.destroyed) return;
        const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
        stream.respond(headers, { endStream, waitForTrailers: !endStream });
        if (!endStream) call.pipe(stream);
      });
    });
    if (body === undefined) stream.pipe(call);
    else call.end(body);
  }

  #pass(edge: Edge, session: ServerHttp2Session, onwards: () => void): void {
    switch (this.fateAt(edge)) {
      case "pass":
        onwards();
        break;
      case "cut":
        session.destroy();
        break;
      case "hold":
        break;
    }
  }
}

async function wholeOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(stream, "end");
  return Buffer.concat(chunks);
}

function requestTo(upstream: ClientHttp2Session, headers: IncomingHttpHeaders): ClientHttp2Stream {
  return upstream.request(headers, { endStream: false });
}
