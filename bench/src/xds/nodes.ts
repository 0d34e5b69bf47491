import { startChild } from "@protomesh/local";
import { argumentsOf } from "../store/load.js";

/** All nodes have accepted a response. Times are in milliseconds since 1970. */
export interface Accepted {
  readonly typeUrl: string;
  readonly nonce: string;
  /** Of the responses to all nodes together. */
  readonly bytes: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface NodesOptions {
  /** The program of `bench/load`. */
  readonly load: string;
  /** The xDS server. */
  readonly address: string;
  readonly clients: number;
  readonly connections: number;
  /** From what number on they are named. */
  readonly first?: number;
}

/** Nodes that are played by `bench/load`, on streams of delta ADS: they take everything. */
export interface Nodes {
  /** When all have accepted what a revision changed in a type, such as `endpoint.v3.ClusterLoadAssignment`. */
  accepted(type: string, revision: bigint): Promise<Accepted>;
  /** When all have had everything for so many times, in milliseconds since 1970. */
  synced(times: number): Promise<number>;
  stop(): Promise<void>;
}

const patienceMs = 120_000;

/** Starts them; settles when all of them have everything. */
export async function startNodes({ load, address, clients, connections, first = 0 }: NodesOptions): Promise<Nodes> {
  const answers: Accepted[] = [];
  const syncs: number[] = [];
  const waiting = new Set<() => void>();
  const child = await startChild({
    name: "load nodes",
    command: load,
    args: ["nodes", ...argumentsOf({ store: address, clients, connections, first })],
    ready: { line: /"synced"/ },
    log: (line) => {
      const told: unknown = JSON.parse(line);
      if (isSynced(told)) syncs.push(told.at / 1e6);
      if (isAccepted(told)) answers.push({ ...told, firstAt: told.firstAt / 1e6, lastAt: told.lastAt / 1e6 });
      for (const look of waiting) look();
    },
  });
  const until = async <T>(what: string, look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(tryIt);
        reject(new Error(`the nodes did not tell ${what} in time: ${child.tail().join("\n")}`));
      }, patienceMs);
      const tryIt = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(tryIt);
        resolve(found);
      };
      waiting.add(tryIt);
      tryIt();
    });
  return {
    accepted: async (type, revision) =>
      until(`of ${type} at ${revision}`, () =>
        answers.find(({ typeUrl, nonce }) => typeUrl.endsWith(type) && nonce.split("-", 1)[0] === `${revision}`),
      ),
    synced: async (times) => until(`that they have everything`, () => syncs[times - 1]),
    stop: async () => {
      await child.stop();
    },
  };
}

/** Now, on the nodes' clock. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function isSynced(told: unknown): told is { readonly at: number } {
  return typeof told === "object" && told !== null && "synced" in told;
}

function isAccepted(told: unknown): told is Accepted {
  return typeof told === "object" && told !== null && "nonce" in told;
}
