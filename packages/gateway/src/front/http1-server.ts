import { createServer, type Server } from "node:http";
import type { Exchange } from "./exchange.js";
import type { FrontLimits } from "./front-limits.js";
import { Http1Exchange } from "./http1-exchange.js";

/** A server of HTTP/1 for connections that are handed to it as `connection` events; it listens nowhere itself. */
export function http1Server(limits: FrontLimits, handle: (exchange: Exchange) => void): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.idleTimeoutMs,
      connectionsCheckingInterval: Math.min(5_000, limits.requestTimeoutMs),
    },
    (request, response) => {
      // Whoever has got the last answer of a connection is asked for nothing more.
      if (request.socket.writableEnded) request.resume();
      else handle(new Http1Exchange(request, response));
    },
  );
  // Without this event it would never look for requests that take too long.
  server.emit("listening");
  return server;
}

/** Lets the requests under way come to their end; each answer from now on is its connection's last. */
export function drainHttp1(server: Server): void {
  server.prependListener("request", (_request, response) => {
    response.shouldKeepAlive = false;
  });
  // A connection whose request is under way already is idle after its answer, and that for no time worth mentioning.
  server.keepAliveTimeout = 1;
  server.close();
  server.closeIdleConnections();
}
