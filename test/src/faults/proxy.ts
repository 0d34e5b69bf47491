import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy between a client and a server, by which a test breaks the line between them. */
export interface Proxy {
  /** host:port for the client. */
  readonly address: string;
  /** Half-open: nothing passes any more in either direction, and neither side is told. New connections fare the same. */
  stall(): void;
  /** Ends what stalled, and lets new connections through. */
  heal(): void;
  stop(): Promise<void>;
}

/** @param target host:port of the server, or of whom it is at that moment */
export async function startProxy(target: () => string): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let stalled = false;
  const server = createServer((client) => {
    const [host = "", port = ""] = target().split(":");
    const upstream = createConnection({ host, port: Number(port) });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      from.on("data", (bytes) => {
        if (!stalled) to.write(bytes);
      });
      from.on("error", end);
      from.on("close", () => {
        if (!stalled) end();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  return {
    address: `127.0.0.1:${port}`,
    stall: () => {
      stalled = true;
    },
    heal: () => {
      cut();
      stalled = false;
    },
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
