import type { Socket } from "node:net";

/** What a connection speaks, by its first bytes; undefined while they are too few to tell. */
export type Sniffed = "tls" | "h2c" | "http1" | undefined;

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const tlsHandshake = 0x16;

/** TLS begins with a handshake record, HTTP/2 with its preface; anything else is left to HTTP/1's parser. */
export function sniffed(bytes: Buffer): Sniffed {
  if (bytes.length === 0) return undefined;
  if (bytes[0] === tlsHandshake) return "tls";
  const compared = Math.min(bytes.length, preface.length);
  if (preface.compare(bytes, 0, compared, 0, compared) !== 0) return "http1";
  return compared === preface.length ? "h2c" : undefined;
}

/** Looks at a connection's first bytes, puts them back, and decides; a connection that does not say is closed. */
export function sniff(socket: Socket, timeoutMs: number, decide: (spoken: "tls" | "h2c" | "http1") => void): void {
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  let seen: Buffer = Buffer.alloc(0);
  const look = (): void => {
    for (let chunk = bytesOf(socket); chunk !== undefined; chunk = bytesOf(socket)) seen = Buffer.concat([seen, chunk]);
    const spoken = sniffed(seen);
    if (spoken === undefined) return;
    clearTimeout(timer);
    socket.off("readable", look);
    socket.unshift(seen);
    decide(spoken);
  };
  socket.on("readable", look);
  socket.once("close", () => clearTimeout(timer));
}

function bytesOf(socket: Socket): Buffer | undefined {
  const chunk: unknown = socket.read();
  return Buffer.isBuffer(chunk) ? chunk : undefined;
}
