import { availableParallelism } from "node:os";
import { busySeconds, processorSeconds } from "./processor-time.js";

/** What each took of the processors while something was measured, in processors: 1 is all of one. */
export interface Shares {
  readonly store: number;
  readonly database: number;
  readonly load: number;
  /** Everything else on the machine. */
  readonly others: number;
}

/** The processes that are watched meanwhile. */
export interface Watched {
  readonly store: number;
  readonly postgres: number;
}

/** What was done, for how long, and what it took of the processors. */
export interface Measured<T> {
  readonly seen: T;
  /** Processor time in seconds. */
  readonly storeSeconds: number;
  readonly databaseSeconds: number;
  readonly shares: Shares;
}

/** @param work what is measured; it tells what its own load took */
export async function measured<T extends { readonly processorSeconds: number }>(
  { store, postgres }: Watched,
  work: () => Promise<T>,
): Promise<Measured<T>> {
  const taken = async () => Promise.all([processorSeconds(store), processorSeconds(postgres), busySeconds()]);
  const startedAt = performance.now();
  const before = await taken();
  const seen = await work();
  const after = await taken();
  const seconds = (performance.now() - startedAt) / 1_000;
  const [storeSeconds, databaseSeconds, busy] = [after[0] - before[0], after[1] - before[1], after[2] - before[2]];
  const others = Math.max(0, busy - storeSeconds - databaseSeconds - seen.processorSeconds);
  const shares = {
    store: storeSeconds / seconds,
    database: databaseSeconds / seconds,
    load: seen.processorSeconds / seconds,
    others: others / seconds,
  };
  return { seen, storeSeconds, databaseSeconds, shares };
}

/**
 * What kept a figure from being better. The store's JavaScript runs on one processor.
 * @param processors how many the machine has
 */
export function limitOf({ store, database, load, others }: Shares, processors = availableParallelism()): string {
  const shares = `store ${percent(store)}, PostgreSQL ${percent(database)}, load ${percent(load)}, others ${percent(others)}`;
  return `${reasonOf(store, store + database + load + others, others, processors)} (${shares})`;
}

function reasonOf(store: number, all: number, others: number, processors: number): string {
  if (store >= 0.85) return "CPU of the store";
  if (all >= processors * 0.9) return others >= 0.3 ? "CPU of the machine, shared with others" : "CPU of the machine";
  return "waiting: commit to disk and round trips";
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
