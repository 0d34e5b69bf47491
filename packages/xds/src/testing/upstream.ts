import { Server as GrpcServer, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createHttp2Server, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";

/** A server behind Envoy that answers every request with its name and the path that it was asked for. */
export interface Upstream {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startUpstream(name: string): Promise<Upstream> {
  return started(createServer((request, response) => response.end(`${name} ${request.url}`)));
}

/** One that answers with the headers that came, as JSON. */
export async function startEchoUpstream(): Promise<Upstream> {
  return started(createServer((request, response) => response.end(JSON.stringify(request.headers))));
}

/** One that answers every request with a text. */
export async function startTextUpstream(text: string): Promise<Upstream> {
  return started(createServer((_, response) => response.end(text)));
}

/** One over TLS, with a certificate and its key, that answers with its name and the server name that it was asked for. */
export async function startTlsUpstream(name: string, { cert, key }: TlsIdentity): Promise<Upstream> {
  return started(
    createTlsServer({ cert, key }, ({ socket }, response) => {
      const asked = socket instanceof TLSSocket && "servername" in socket ? String(socket.servername) : "";
      response.end(`${name} ${asked}`);
    }),
  );
}

interface TlsIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** One that takes requests and never answers. */
export async function startSilentUpstream(): Promise<Upstream> {
  return started(createServer(() => {}));
}

/** One over HTTP/2 without TLS. */
export async function startHttp2Upstream(name: string): Promise<Upstream> {
  return started(createHttp2Server((request, response) => response.end(`${name} ${request.url}`)));
}

/** One that speaks gRPC, and answers each of some methods with its name and that method. */
export async function startGrpcUpstream(name: string, methods: readonly string[]): Promise<Upstream> {
  const server = new GrpcServer();
  const asIs = (bytes: Buffer): Buffer => bytes;
  for (const path of methods) {
    const call = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    const implementation = {
      call: (_: unknown, respond: sendUnaryData<Buffer>) => respond(null, Buffer.from(`${name} ${path}`)),
    };
    server.addService({ call }, implementation);
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    stop: async () => {
      server.forceShutdown();
    },
  };
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
