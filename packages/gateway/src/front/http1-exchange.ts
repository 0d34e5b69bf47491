import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Exchange } from "./exchange.js";
import { closeGently } from "./close-gently.js";
import { headerOf, type HeaderPairs } from "./header-pairs.js";
import { Ending, type EndSignal } from "../ending.js";

/** An exchange over HTTP/1. */
export class Http1Exchange implements Exchange {
  readonly version = "1.1";
  readonly method: string;
  readonly authority: string;
  readonly target: string;
  readonly headers: HeaderPairs;
  readonly peer: string;
  readonly body: IncomingMessage;
  // Node's parser ends it when it is read, and only then is the connection's next request looked at.
  readonly isBodiless = false;
  readonly #response: ServerResponse;
  readonly #gone = new Ending();
  #status = 0;

  constructor(request: IncomingMessage, response: ServerResponse) {
    const { rawHeaders, url = "/" } = request;
    this.headers = Array.from({ length: rawHeaders.length / 2 }, (_, index) => {
      return [(rawHeaders[2 * index] ?? "").toLowerCase(), rawHeaders[2 * index + 1] ?? ""] as const;
    });
    this.method = request.method ?? "GET";
    const absolute = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url);
    this.authority = absolute?.[1] ?? headerOf(this.headers, "host") ?? "";
    this.target = absolute === null ? url : (absolute[2] ?? "").replace(/^(?!\/)/, "/");
    this.peer = request.socket.remoteAddress ?? "";
    this.body = request;
    this.#response = response;
    response.once("close", () => {
      if (!response.writableFinished) this.#gone.abort();
    });
    // The connection's end is what "close" tells; the error beside it says no more.
    response.on("error", () => undefined);
  }

  get gone(): EndSignal {
    return this.#gone;
  }

  get status(): number {
    return this.#status;
  }

  respond(status: number, headers: HeaderPairs, body: Uint8Array): void {
    const bodiless = status === 204 || status === 304;
    // The length of what a GET would have answered is the function's to say.
    if (this.method === "HEAD" || bodiless) return this.respondHeadersOnly(status, headers);
    const kept = headers.filter(([name]) => name !== "content-length");
    this.#writeHead(status, [...kept, ["content-length", `${body.length}`]]);
    this.#response.end(body);
  }

  respondHeadersOnly(status: number, headers: HeaderPairs): void {
    this.#writeHead(status, headers);
    this.#response.end();
  }

  open(status: number, headers: HeaderPairs): void {
    this.#writeHead(status, headers);
    this.#response.flushHeaders();
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.gone.aborted || this.#response.write(chunk)) return;
    await Promise.race([once(this.#response, "drain"), once(this.#response, "close")]);
  }

  end(chunk: Uint8Array, trailers: HeaderPairs): void {
    if (trailers.length > 0)
      this.#response.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    this.#response.end(chunk);
  }

  breakOff(): void {
    this.#response.destroy();
  }

  #writeHead(status: number, headers: HeaderPairs): void {
    this.#status = status;
    // What is left of the request is not waited for: the connection ends with the answer.
    if (!this.body.complete) {
      this.#response.shouldKeepAlive = false;
      closeGently(this.body.socket);
    }
    this.#response.writeHead(
      status,
      headers.flatMap(([name, value]) => [name, value]),
    );
  }
}
