import { backoffMs, type Logger } from "@protomesh/core";
import { BehaviorSubject, type Observable } from "rxjs";
import { DatabaseError } from "./database-error.js";
import { describeDsn, type DatabaseHost, type Dsn } from "./dsn.js";
import { locateHost, type Objection } from "./locate.js";
import { Pool, type Sql } from "./pool.js";

/** Whether the database can be used now. */
export type Availability =
  | { readonly state: "up"; readonly host: DatabaseHost }
  | { readonly state: "down"; readonly reason: string; readonly since: Date };

/** Kinds of work that must not starve each other. */
export type Lane = "write" | "read";

export interface DatabaseOptions {
  readonly dsn: Dsn;
  readonly log: Logger;
  readonly connections: Readonly<Record<Lane, number>>;
  readonly statementTimeoutMs: number;
  /** What can be wrong with a server that answers, such as a schema that is not there. */
  readonly objection: Objection;
}

const backoff = { initialMs: 100, maximumMs: 2_000 };
const drainMs = 5_000;

/**
 * The database as the store uses it: which of its hosts is the one that takes writes, whether it can be reached, and a
 * pool for each kind of work.
 *
 *     down ──found a host without objection──▶ up
 *      ▲                                        │ a connection is lost
 *      └──────────── none was found ────────────┴──▶ look again; statements go on being tried meanwhile
 */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #pools: Readonly<Record<Lane, Pool>>;
  readonly #availability = new BehaviorSubject<Availability>({
    state: "down",
    reason: "connecting",
    since: new Date(),
  });
  #host: DatabaseHost;
  #looking = false;
  #ended = false;
  #wait: { readonly timer: NodeJS.Timeout; readonly done: () => void } | undefined;

  constructor(options: DatabaseOptions) {
    const { dsn, connections, statementTimeoutMs } = options;
    this.#options = options;
    this.#host = dsn.hosts[0] ?? { host: "localhost", port: 5432 };
    const pool = (lane: Lane): Pool =>
      new Pool({
        dsn,
        host: () => this.#host,
        maximum: connections[lane],
        applicationName: `protomesh-store ${lane}`,
        statementTimeoutMs,
      });
    this.#pools = { write: pool("write"), read: pool("read") };
    void this.look();
  }

  /** The availability now and each time it changes; a new `up` may stand for another server. */
  get availability(): Observable<Availability> {
    return this.#availability;
  }

  get availabilityNow(): Availability {
    return this.#availability.value;
  }

  /**
   * Runs statements; fails at once while the database is down.
   * @throws DatabaseError
   */
  async run<T>(lane: Lane, work: (sql: Sql) => Promise<T>): Promise<T> {
    const now = this.availabilityNow;
    if (now.state === "down") throw new DatabaseError("away", "DOWN", now.reason);
    try {
      return await this.#pools[lane].run(work);
    } catch (error) {
      if (error instanceof DatabaseError && error.failure !== "rejected") void this.look();
      throw error;
    }
  }

  /** Ends all connections, after what runs on them or after some seconds. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#wait !== undefined) {
      clearTimeout(this.#wait.timer);
      this.#wait.done();
    }
    await Promise.all([this.#pools.write.end(drainMs), this.#pools.read.end(drainMs)]);
    this.#availability.complete();
  }

  /** Looks for a host that can be used until there is one. */
  private async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    for (let attempt = 0; !this.#ended; attempt++) {
      const found = await locateHost(this.#options.dsn, this.#options.objection, this.#host);
      if (this.#ended) break;
      if (typeof found !== "string") {
        this.up(found);
        break;
      }
      this.down(found);
      await this.pause(backoffMs(attempt, backoff));
    }
    this.#looking = false;
  }

  private up(host: DatabaseHost): void {
    const was = this.availabilityNow;
    if (host !== this.#host) {
      this.#host = host;
      // A server that takes no writes any more may still answer: what it said would be the past.
      for (const pool of Object.values(this.#pools)) pool.leave("another host takes the writes now");
    }
    if (was.state === "up" && was.host === host) return;
    this.#options.log.info({ host: `${host.host}:${host.port}` }, "database is up");
    this.#availability.next({ state: "up", host });
  }

  private down(reason: string): void {
    const was = this.availabilityNow;
    if (was.state === "down" && was.reason === reason) return;
    this.#options.log.warn({ database: describeDsn(this.#options.dsn), reason }, "database is down");
    this.#availability.next({ state: "down", reason, since: was.state === "down" ? was.since : new Date() });
  }

  private async pause(ms: number): Promise<void> {
    await new Promise<void>((done) => {
      this.#wait = { timer: setTimeout(done, ms), done };
    });
    this.#wait = undefined;
  }
}
