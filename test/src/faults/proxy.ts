import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy between a client and a server, by which a test breaks the line between them. */
export interface Proxy {
  /** host:port for the client. */
  readonly address: string;
  /** Half-open: nothing passes any more in either direction, and neither side is told. New connections fare the same. */
  stall(): void;
  /** Ends what stalled, and lets new connections through. */
  heal(): void;
  /** The client reads nothing any more, and the server notices when the buffers between them are full. */
  plug(): void;
  /** What was plugged flows again, and nothing of it is lost. */
  unplug(): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

/** @param target host:port of the server, or of whom it is at that moment; undefined: there is none */
export async function startProxy(target: () => string | undefined): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let stalled = false;
  let plugged = false;
  const server = createServer((client) => {
    const to = target();
    if (to === undefined) {
      client.destroy();
      return;
    }
    const [host = "", port = ""] = to.split(":");
    const upstream = createConnection({ host, port: Number(port) });
    const pair = { client, upstream };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const [from, into] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("data", (bytes) => {
        if (!stalled) into.write(bytes);
      });
      from.on("error", end);
      from.on("close", () => {
        if (!stalled) end();
      });
    }
    if (plugged) upstream.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
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
    plug: () => {
      plugged = true;
      for (const { upstream } of pairs) upstream.pause();
    },
    unplug: () => {
      plugged = false;
      for (const { upstream } of pairs) upstream.resume();
    },
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
