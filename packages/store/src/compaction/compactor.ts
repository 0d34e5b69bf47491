import type { Logger } from "@protomesh/core";
import type { Database } from "../database/database.js";
import { DatabaseError } from "../database/database-error.js";
import type { Session } from "../database/pool.js";
import { compactBatch, raiseFloor } from "./compact-events.js";
import { readDueNamespaces, type Retention } from "./due-floor.js";
import { removedStatuses, requests, type Expiring } from "./expire.js";
import { lapsedReporters } from "./lapse.js";

export interface CompactorOptions {
  readonly database: Database;
  readonly log: Logger;
  readonly retention: Retention;
  /** How long the answers to requests with an id are kept. */
  readonly requestAgeMs: number;
}

/** Who watches statuses has heard of a removal by then; see `StatusFeeds`. */
const removedStatusAgeMs = 60 * 60_000;

/** An instance of a component that has not told for so long that it is there will not come back under its name. */
const lapsedReporterAgeMs = 60 * 60_000;

/** Held by the one store that removes something, for one transaction: "compact" in ASCII. */
const lockKey = 0x636f6d70616374n;

/** Removes what the retention gives up, in small transactions: of several stores, one at a time. */
export class Compactor {
  readonly #options: CompactorOptions;
  #running = false;
  #ended = false;

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  /**
   * Does all that is due. Nothing happens while a run is on its way or the database is away; where another store is at it,
   * that one goes on and this one stops.
   */
  async run(): Promise<void> {
    const { database, log } = this.#options;
    if (this.#running || this.#ended || database.availabilityNow.state === "down") return;
    this.#running = true;
    try {
      await this.compactNamespaces();
      await this.expire(lapsedReporters, lapsedReporterAgeMs);
      await this.expire(requests, this.#options.requestAgeMs);
      await this.expire(removedStatuses, removedStatusAgeMs);
    } catch (error) {
      // The database tells of its own troubles; what is due stays due.
      const isTrouble = error instanceof DatabaseError && error.failure !== "rejected";
      if (!isTrouble) log.error({ err: error }, "compaction failed");
    } finally {
      this.#running = false;
    }
  }

  /** Lets a run stop after what it is doing. */
  end(): void {
    this.#ended = true;
  }

  private async compactNamespaces(): Promise<void> {
    const { database, log, retention } = this.#options;
    const due = await database.run("read", async (sql) => readDueNamespaces(sql, retention));
    for (const { namespace, floor } of due) {
      if ((await this.alone(async (sql) => raiseFloor(sql, namespace, floor))) === undefined) return;
      let removed = 0n;
      for (let more = true; more && !this.#ended;) {
        const batch = await this.alone(async (sql) => compactBatch(sql, namespace));
        if (batch === undefined) return;
        removed += batch.removed;
        more = batch.more;
      }
      log.info({ namespace, floor: String(floor), removed: String(removed) }, "compacted");
    }
  }

  private async expire({ namespaces, expire }: Expiring, ageMs: number): Promise<void> {
    for (const namespace of await this.#options.database.run("read", async (sql) => namespaces(sql, ageMs))) {
      for (let more = true; more && !this.#ended;) {
        more = (await this.alone(async (sql) => expire(sql, namespace, ageMs)))?.more ?? false;
      }
    }
  }

  /** Does something in a transaction under the lock of all stores; undefined: another store has it. */
  private async alone<T>(work: (sql: Session) => Promise<T>): Promise<T | undefined> {
    return this.#options.database.run("write", async (sql) => {
      const done = await sql.begin(async (transaction) => {
        const [row] = await transaction<{ taken: boolean }[]>`SELECT pg_try_advisory_xact_lock(${lockKey}) AS taken`;
        return row?.taken === true ? { result: await work(transaction) } : undefined;
      });
      return done?.result;
    });
  }
}
