import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/**
 * Below the ports that Linux (32768 up) and macOS (49152 up) give to outgoing connections and to whoever asks for any
 * port, so that only another caller of `freePort` could take one of these before it is used.
 */
const lowest = 12_000;
const highest = 32_000;
/** How many ports a process takes for itself at a time. */
const blockSize = 50;
/** Of a machine that is full of listeners, as many blocks are tried. */
const mostTries = 2_000;

/** The rest of the block that this process has. */
const ports: number[] = [];

/**
 * A TCP port of 127.0.0.1 that nothing listens on at this moment. For programs that cannot take port 0 and tell which
 * port it became. It is given out once, and to no other process that asks in this way for as long as this one runs: two
 * that are told the same port before either of them listens would get in each other's way.
 * @throws Error when the ports cannot be listened on, or every one is in use
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = ports.shift();
    if (port === undefined) ports.push(...(await claimBlock()));
    else if (await isFree(port)) return port;
  }
}

/** A block is whose process listens on its first port; the system gives that back however the process ends. */
async function claimBlock(): Promise<readonly number[]> {
  for (let tries = 0; tries < mostTries; tries++) {
    const first = lowest + blockSize * randomInt((highest - lowest) / blockSize);
    const claim = await listenOn(first);
    if (claim === undefined) continue;
    claim.unref();
    return Array.from({ length: blockSize - 1 }, (_, index) => first + 1 + index);
  }
  throw new Error(`no block of ports between ${lowest} and ${highest} is free on 127.0.0.1`);
}

async function isFree(port: number): Promise<boolean> {
  const server = await listenOn(port);
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * A server on a port, which ends every connection at once; undefined where the port is in use.
 * @throws Error when the port cannot be listened on for another reason
 */
async function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
