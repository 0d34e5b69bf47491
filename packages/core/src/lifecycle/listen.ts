import type { Server } from "node:net";
import { formatAddress, parseAddress } from "./address.js";

/**
 * Opens a server's port.
 * @param address host:port; port 0 takes a free one
 * @returns the address that is open, with the real port
 * @throws ListenError when it cannot be opened, saying why
 */
export async function listen(server: Server, address: string): Promise<string> {
  const { host, port } = parseAddress(address);
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(new ListenError(address, error));
    server.once("error", failed);
    server.listen({ host, port }, () => {
      server.off("error", failed);
      resolve();
    });
  });
  const bound = server.address();
  return bound !== null && typeof bound === "object" ? formatAddress(host, bound.port) : address;
}

/** A port that cannot be opened. */
export class ListenError extends Error {
  override readonly name = "ListenError";
  readonly address: string;
  readonly code: string | undefined;

  constructor(address: string, cause: NodeJS.ErrnoException) {
    super(`cannot listen on ${address}: ${cause.code === "EADDRINUSE" ? "the port is in use" : cause.message}`, {
      cause,
    });
    this.address = address;
    this.code = cause.code;
  }
}
