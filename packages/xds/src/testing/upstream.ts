import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";

/** A server behind Envoy that answers every request with its name and the path that it was asked for. */
export interface Upstream {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startUpstream(name: string): Promise<Upstream> {
  return started(createServer((request, response) => response.end(`${name} ${request.url}`)));
}

/** One that takes requests and never answers. */
export async function startSilentUpstream(): Promise<Upstream> {
  return started(createServer(() => {}));
}

/** One over HTTP/2 without TLS. */
export async function startHttp2Upstream(name: string): Promise<Upstream> {
  return started(createHttp2Server((request, response) => response.end(`${name} ${request.url}`)));
}

async function started(server: Server | Http2Server): Promise<Upstream> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket: { destroy(): void; on(event: "close", listener: () => void): void }) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
