import { createServer } from "node:net";

/**
 * A TCP port of 127.0.0.1 that nothing listens on at this moment. For programs that cannot take port 0 and tell which
 * port it became; somebody else may take it before they do.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve, reject) =>
    server.close((error) => (error === undefined ? resolve() : reject(error))),
  );
  if (address === null || typeof address === "string")
    throw new Error(`a TCP server without a port: ${String(address)}`);
  return address.port;
}
