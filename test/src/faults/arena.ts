import { randomUUID } from "node:crypto";
import { credentials } from "@grpc/grpc-js";
import { storeChannelOptions } from "@protomesh/core";
import { ResourceStoreClient } from "@protomesh/core/api";
import { opened, type Own } from "@protomesh/testing/owned";
import { until } from "@protomesh/testing/until";
import type { Observations, Truth } from "./observation.js";
import { startPostgresPair, type PostgresPair } from "./postgres-pair.js";
import { startProxy, type Proxy } from "./proxy.js";
import { Dice } from "@protomesh/testing/dice";
import { recordingWatcher, type RecordingWatcher } from "./recording-watcher.js";
import { recordingWriter, type RecordingWriter } from "./recording-writer.js";
import { scribeOf } from "./scribe.js";
import { startStoreProcess, type StoreProcess } from "./store-process.js";

/** Stores over a PostgreSQL, with writers and watchers at work on one namespace, all of which a fault may break. */
export interface Arena {
  readonly namespace: string;
  readonly random: Dice;
  readonly stores: readonly StoreProcess[];
  readonly watchers: readonly RecordingWatcher[];
  /** Everything that was written so far, as the stores tell it; a store that is not back yet is asked again. */
  truth(): Promise<Truth>;
  /** The next history that comes takes over all that was written in the ones before; otherwise some of it may be lost. */
  expectHeir(): void;
  readonly postgres: PostgresPair;
  /** The lines between the watchers and each of the stores. */
  readonly watchLines: readonly Proxy[];
  /** Waits until the writers have ended this many more requests, however they ended. */
  progress(requests: number): Promise<void>;
  /** Waits until this many more writes were acknowledged. */
  recovery(writes: number): Promise<void>;
  /** Ends the writers, and the watchers when they have seen all that was written; gives what all of them saw. */
  finish(): Promise<Observations>;
  stop(): Promise<void>;
}

export interface ArenaOptions {
  readonly seed: number;
  readonly stores: number;
  readonly writers: number;
  readonly watchers: number;
  readonly keys: number;
  /** Flags for every store. */
  readonly settings?: readonly string[];
}

/** How long a recovery may take: PostgreSQL's own crash recovery is in it. */
const recoveryMs = 60_000;

/** Starts everything, and the writers and watchers at once. */
export async function openArena(options: ArenaOptions): Promise<Arena> {
  return opened(async (own) => open(options, own));
}

async function open(options: ArenaOptions, own: Own): Promise<Omit<Arena, "stop">> {
  const random = new Dice(options.seed);
  const postgres = await startPostgresPair();
  own(async () => postgres.stop());
  const stores: StoreProcess[] = [];
  for (let index = 0; index < options.stores; index++) {
    const settings = [`-store-sql-connection-string=${postgres.dsn}`, ...(options.settings ?? [])];
    const store = await startStoreProcess(`store ${index}`, settings);
    own(async () => store.stop());
    stores.push(store);
  }
  const clients = () => stores.map(({ client }) => client);
  const watchLines = await Promise.all(stores.map(({ address }) => startProxy(() => address)));
  for (const line of watchLines) own(async () => line.stop());
  const watchClients = watchLines.map(
    ({ address }) => new ResourceStoreClient(address, credentials.createInsecure(), storeChannelOptions),
  );
  own(() => {
    for (const client of watchClients) client.close();
  });
  const namespace = "faults";
  const ids = Array.from({ length: options.keys }, () => randomUUID());
  const writers: readonly RecordingWriter[] = Array.from({ length: options.writers }, (_, index) =>
    recordingWriter({ name: `writer ${index}`, namespace, ids, random: new Dice(options.seed + index + 1), clients }),
  );
  const watchers = Array.from({ length: options.watchers }, (_, index) =>
    recordingWatcher(`watcher ${index}`, namespace, () => rotated(watchClients, index)),
  );
  const stopClients = async (): Promise<void> => {
    await Promise.all(writers.map((writer) => writer.stop()));
    for (const watcher of watchers) watcher.stop();
  };
  own(stopClients);

  const scribe = scribeOf(() => random.pick(clients()), namespace);
  const truth = async (): Promise<Truth> =>
    until(async () => scribe.read(), "the history can be read", { patienceMs: recoveryMs });
  const requests = (): number => writers.reduce((sum, { writes, reads }) => sum + writes.length + reads.length, 0);
  const acknowledged = (): number =>
    writers.reduce(
      (sum, { writes }) => sum + writes.filter(({ outcome }) => outcome.kind === "acknowledged").length,
      0,
    );
  const more = async (count: () => number, by: number, what: string): Promise<void> => {
    const goal = count() + by;
    await until(() => count() >= goal, what, { patienceMs: recoveryMs, last: () => `${count()} of ${goal}` });
  };

  return {
    namespace,
    random,
    stores,
    watchers,
    truth,
    expectHeir: () => scribe.expectHeir(),
    postgres,
    watchLines,
    progress: (by) => more(requests, by, `${by} more requests to end`),
    recovery: (by) => more(acknowledged, by, `${by} more writes to be acknowledged`),
    finish: async () => {
      await Promise.all(writers.map((writer) => writer.stop()));
      const { head, history } = await truth();
      for (const watcher of watchers) {
        await until(
          () => watcher.position()?.history === history && watcher.position()?.revision === head,
          `a watcher to reach revision ${head}`,
          { patienceMs: recoveryMs, last: () => `it is at ${watcher.position()?.revision}` },
        );
      }
      await stopClients();
      return {
        writes: writers.flatMap(({ writes }) => writes),
        reads: writers.flatMap(({ reads }) => reads),
        responses: watchers.flatMap(({ responses }) => responses),
      };
    },
  };
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % Math.max(1, items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
