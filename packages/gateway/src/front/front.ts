import { createServer, type Server, type Socket } from "node:net";
import { listen, type FollowedTls } from "@protomesh/core";
import type { Exchange } from "./exchange.js";
import type { FrontLimits } from "./front-limits.js";
import { drainHttp1, http1Server } from "./http1-server.js";
import { http2Server } from "./http2-server.js";
import { sniff } from "./sniff.js";
import { tlsServer } from "./tls-server.js";

export interface FrontOptions {
  /** host:port */
  readonly address: string;
  /** Undefined: plaintext only. With it, plaintext is refused. */
  readonly tls: FollowedTls | undefined;
  readonly limits: FrontLimits;
}

/** The gateway's port, open. */
export interface Front {
  readonly address: string;
  /** How many connections there are. */
  connections(): number;
  /**
   * Stops listening, tells clients to go elsewhere (GOAWAY, `connection: close`), and resolves when the requests under
   * way have their answers, or after the timeout, when what is left is broken off.
   */
  drain(timeoutMs: number): Promise<void>;
}

/** Opens one port for HTTP/1.1 and HTTP/2, in TLS by ALPN or in plaintext by prior knowledge. */
export async function openFront(options: FrontOptions, handle: (exchange: Exchange) => void): Promise<Front> {
  const { limits } = options;
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const http1 = http1Server(limits, handle);
  const http2 = http2Server(limits, handle);
  const secured =
    options.tls &&
    tlsServer(options.tls, limits.sniffTimeoutMs, {
      h2: (socket) => void http2.server.emit("connection", socket),
      http1: (socket) => void http1.emit("connection", socket),
    });
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    undecided.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      undecided.delete(socket);
    });
    // A connection that breaks is seen where its requests are; here it only must not end the process.
    socket.on("error", () => undefined);
    sniff(socket, limits.sniffTimeoutMs, (spoken) => {
      undecided.delete(socket);
      if (secured === undefined) (spoken === "h2c" ? http2.server : http1).emit("connection", socket);
      else if (spoken === "tls") secured.emit("connection", socket);
      else socket.destroy();
    });
  });
  server.maxConnections = limits.maxConnections;
  const address = await listen(server, options.address);
  return {
    address,
    connections: () => sockets.size,
    drain: async (timeoutMs) => {
      const closed = closing(server);
      const hardStop = setTimeout(() => destroyAll(sockets), timeoutMs);
      drainHttp1(http1);
      for (const session of http2.sessions) session.close();
      destroyAll(undecided);
      await closed;
      clearTimeout(hardStop);
    },
  };
}

/** Stops listening; resolves when the last connection is gone. */
async function closing(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy();
}
