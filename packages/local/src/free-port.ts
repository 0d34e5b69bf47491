import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that Linux (32768 up) and macOS (49152 up) give to outgoing connections and to whoever asks for any
 * port, so that only another caller of `freePort` could take one of these before it is used.
 */
const lowest = 12_000;
const highest = 32_000;

/**
 * A TCP port of 127.0.0.1 that nothing listens on at this moment. For programs that cannot take port 0 and tell which
 * port it became.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
}

/** @throws Error when the port cannot be listened on for another reason than that it is in use */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
