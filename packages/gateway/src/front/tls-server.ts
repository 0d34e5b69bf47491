import { createServer, type Server, type TLSSocket } from "node:tls";
import { secureContextOf, type FollowedTls } from "@protomesh/core";

/**
 * A server of TLS for connections that are handed to it as `connection` events; it listens nowhere itself. What comes
 * out of them goes by ALPN to `h2` or `http1`. With a CA bundle, every client must show a certificate of it.
 */
export function tlsServer(
  { now, renewed }: FollowedTls,
  handshakeTimeoutMs: number,
  serve: Readonly<Record<"h2" | "http1", (socket: TLSSocket) => void>>,
): Server {
  const server = createServer({
    ...secureContextOf(now),
    ...(now.ca !== undefined && { requestCert: true, rejectUnauthorized: true }),
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: handshakeTimeoutMs,
  });
  renewed.subscribe((material) => server.setSecureContext(secureContextOf(material)));
  server.on("secureConnection", (socket) => {
    socket.on("error", () => undefined);
    serve[socket.alpnProtocol === "h2" ? "h2" : "http1"](socket);
  });
  // A handshake that fails is the client's affair; its connection is over.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}
