import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Exchange } from "./exchange.js";
import type { FrontLimits } from "./front-limits.js";
import { Http2Exchange } from "./http2-exchange.js";

/** Flow control: a client may be a whole message ahead of us on a stream, several on a connection. */
const streamWindowBytes = 1024 * 1024;
const connectionWindowBytes = 16 * 1024 * 1024;
/** What a session may hold in memory, in megabytes, before it refuses streams. */
const sessionMemoryMegabytes = 64;

/** A server of HTTP/2, and the sessions that it has. */
export interface SessionServer {
  readonly server: Http2Server;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
}

/** A server of HTTP/2 for connections that are handed to it as `connection` events; it listens nowhere itself. */
export function http2Server(limits: FrontLimits, handle: (exchange: Exchange) => void): SessionServer {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    maxSessionMemory: sessionMemoryMegabytes,
    maxHeaderListPairs: 1_000,
    settings: {
      initialWindowSize: streamWindowBytes,
      maxConcurrentStreams: limits.maxStreams,
      maxHeaderListSize: limits.maxHeaderBytes,
      enablePush: false,
    },
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    // A session's error ends it; its streams say so to whom it concerns.
    session.on("error", () => session.destroy());
    session.setLocalWindowSize(connectionWindowBytes);
    serveSession(session, limits, handle);
  });
  return { server, sessions };
}

function serveSession(session: ServerHttp2Session, limits: FrontLimits, handle: (exchange: Exchange) => void): void {
  const peer = session.socket.remoteAddress ?? "";
  let open = 0;
  session.setTimeout(limits.idleTimeoutMs, () => {
    if (open === 0) session.close();
  });
  const serve = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    flags: number,
    rawHeaders?: unknown,
  ): void => {
    open++;
    stream.on("close", () => open--);
    const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    if (!ended) limitArrival(stream, limits.requestTimeoutMs);
    const raw = isTexts(rawHeaders) ? rawHeaders : [];
    const exchange = new Http2Exchange(stream, headers, raw, ended, peer);
    if (headerBytes(raw) > limits.maxHeaderBytes) exchange.respondHeadersOnly(431, []);
    else handle(exchange);
  };
  session.on("stream", serve);
}

/** As HTTP/2 counts a list of headers (RFC 9113, 6.5.2). Node tells clients the limit, and does not hold them to it. */
function headerBytes(raw: readonly string[]): number {
  let bytes = raw.length * 16;
  for (const text of raw) bytes += text.length;
  return bytes;
}

/** A request that does not arrive in time is taken back. */
function limitArrival(stream: ServerHttp2Stream, timeoutMs: number): void {
  const slow = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), timeoutMs);
  const arrived = (): void => clearTimeout(slow);
  stream.on("end", arrived).on("close", arrived);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
