import { once } from "node:events";
import {
  constants,
  sensitiveHeaders,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { Exchange } from "./exchange.js";
import type { HeaderPairs } from "./header-pairs.js";
import { Ending, type EndSignal } from "../ending.js";

/** Headers that may stand only once; of several values the last one counts. */
const singleValued: ReadonlySet<string> = new Set([
  "access-control-allow-credentials",
  "access-control-allow-origin",
  "access-control-max-age",
  "access-control-request-method",
  "age",
  "authorization",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-md5",
  "content-range",
  "content-type",
  "date",
  "dnt",
  "etag",
  "expires",
  "from",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "range",
  "referer",
  "retry-after",
  "tk",
  "upgrade-insecure-requests",
  "user-agent",
  "x-content-type-options",
]);

/** Headers that are new in each answer: put into HPACK's table, they only push out what comes again, and are searched. */
const unindexed = ["x-request-id"];

/** Between two looks at whether an answer is sent whose request still comes, in milliseconds. */
const longestLookMs = 1_000;

/** An exchange over a stream of HTTP/2. */
export class Http2Exchange implements Exchange {
  readonly version = "2.0";
  readonly method: string;
  readonly authority: string;
  readonly target: string;
  readonly headers: HeaderPairs;
  readonly peer: string;
  readonly body: ServerHttp2Stream;
  readonly isBodiless: boolean;
  readonly #gone = new Ending();
  #status = 0;
  #requestEnded: boolean;

  /** @param requestEnded whether the headers are the whole request */
  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    requestEnded: boolean,
    peer: string,
  ) {
    this.method = headers[":method"] ?? "GET";
    this.target = headers[":path"] ?? "/";
    this.headers = headersOf(rawHeaders);
    this.authority = headers[":authority"] ?? headers.host ?? "";
    this.peer = peer;
    this.#requestEnded = requestEnded;
    this.isBodiless = requestEnded;
    this.body = stream;
    // What comes once anyway is listened to with `on`: `once` would wrap each listener, only to take it off again.
    stream.on("close", () => {
      // Node may close a stream whose last frame is sent before it calls the last write finished: ended is enough.
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || !stream.writableEnded) this.#gone.abort();
    });
    stream.on("aborted", () => this.#gone.abort());
    if (!requestEnded) {
      stream.on("end", () => {
        this.#requestEnded = true;
      });
    }
    // A reset is what "close" tells; the error beside it says no more.
    stream.on("error", () => undefined);
  }

  get gone(): EndSignal {
    return this.#gone;
  }

  get status(): number {
    return this.#status;
  }

  respond(status: number, headers: HeaderPairs, body: Uint8Array): void {
    const bodiless = this.method === "HEAD" || status === 204 || status === 304;
    if (bodiless) return this.respondHeadersOnly(status, headers);
    const fields = fieldsOf(headers);
    fields["content-length"] = `${body.length}`;
    if (!this.#respond(status, fields, body.length === 0, false)) return;
    if (body.length > 0) this.body.end(body);
    this.#refuseRest();
  }

  respondHeadersOnly(status: number, headers: HeaderPairs): void {
    if (this.#respond(status, fieldsOf(headers), true, false)) this.#refuseRest();
  }

  open(status: number, headers: HeaderPairs): void {
    this.#respond(status, fieldsOf(headers), false, true);
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#isOver() || this.body.write(chunk)) return;
    await Promise.race([once(this.body, "drain"), once(this.body, "close")]);
  }

  end(chunk: Uint8Array, trailers: HeaderPairs): void {
    if (this.#isOver()) return;
    const { body } = this;
    body.on("wantTrailers", () => {
      if (!body.destroyed) body.sendTrailers(fieldsOf(trailers));
    });
    if (chunk.length > 0) body.end(chunk);
    else body.end();
    this.#refuseRest();
  }

  breakOff(): void {
    if (!this.#isOver()) this.body.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  #respond(status: number, fields: Fields, endStream: boolean, waitForTrailers: boolean): boolean {
    if (this.#isOver()) return false;
    this.#status = status;
    fields[":status"] = status;
    fields[sensitiveHeaders] = unindexed;
    this.body.respond(fields, { endStream, waitForTrailers });
    return true;
  }

  /**
   * The client may stop sending: the answer is complete without what is left of the request (RFC 9113, 8.1). But only once
   * the answer's end is sent: nghttp2 sends a reset before what waits, and clients then take the answer for broken.
   */
  #refuseRest(waitMs = 0): void {
    if (this.#requestEnded || this.#isOver()) return;
    if (this.body.state.localClose === 1) return this.body.close(constants.NGHTTP2_NO_ERROR);
    const again = (): void => this.#refuseRest(Math.min(2 * waitMs + 1, longestLookMs));
    if (waitMs === 0) setImmediate(again);
    else setTimeout(again, waitMs);
  }

  #isOver(): boolean {
    return this.body.destroyed || this.body.closed;
  }
}

/** Pseudo headers left out; the crumbs of a cookie put together again (RFC 9113, 8.2.3). */
function headersOf(raw: readonly string[]): HeaderPairs {
  const headers: (readonly [string, string])[] = [];
  const crumbs: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const value = raw[index + 1] ?? "";
    if (name === "cookie") crumbs.push(value);
    else if (!name.startsWith(":")) headers.push([name, value]);
  }
  if (crumbs.length > 0) headers.push(["cookie", crumbs.join("; ")]);
  return headers;
}

/** Headers as Node's HTTP/2 takes them, and under its symbol those that are not to be indexed. */
interface Fields extends OutgoingHttpHeaders {
  [symbol: symbol]: readonly string[];
}

function fieldsOf(headers: HeaderPairs): Fields {
  const fields: Fields = {};
  for (const [name, value] of headers) {
    const known = fields[name];
    if (known === undefined || singleValued.has(name)) fields[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else fields[name] = [`${known}`, value];
  }
  return fields;
}
