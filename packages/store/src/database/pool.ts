import postgres from "postgres";
import { DatabaseError, databaseErrorOf, isDriverError } from "./database-error.js";
import type { DatabaseHost, Dsn } from "./dsn.js";
import { Permits } from "./permits.js";
import { Sockets } from "./sockets.js";
import { tlsOptionsOf } from "./tls.js";

/** The driver, with PostgreSQL's int8 as bigint. */
export type Sql = postgres.Sql<{ bigint: bigint }>;

/** What statements run in: a pool, or one transaction of it. */
export type Session = postgres.ISql<{ bigint: bigint }>;

export interface PoolOptions {
  readonly dsn: Dsn;
  /** Where to connect now; asked for each new connection. */
  readonly host: () => DatabaseHost;
  readonly maximum: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** The server cancels a statement that takes longer; 0: never. */
  readonly statementTimeoutMs: number;
}

/** How much longer than the server's own limit a silent server is waited for. */
const graceMs = 2_000;

/**
 * Connections to one host for one kind of work. Work waits for a free connection; the driver alone would send it after other
 * work on a busy one, where it would wait for that to end although another connection became free.
 */
export class Pool {
  readonly #sql: Sql;
  readonly #sockets = new Sockets();
  readonly #permits: Permits;
  readonly #timeoutMs: number;

  constructor({ dsn, host, maximum, applicationName, statementTimeoutMs }: PoolOptions) {
    this.#timeoutMs = statementTimeoutMs;
    this.#permits = new Permits(maximum);
    this.#sql = postgres({
      // `socket` decides where to; the driver would pick hosts by itself and cannot be told to let go of one.
      host: "localhost",
      ...(dsn.database !== undefined && { database: dsn.database }),
      ...(dsn.user !== undefined && { username: dsn.user }),
      ...(dsn.password !== undefined && { password: dsn.password }),
      ssl: tlsOptionsOf(dsn) ?? false,
      connect_timeout: dsn.connectTimeoutMs / 1_000,
      max: maximum,
      // The driver must not hold statements back: whether to try is the database's decision.
      backoff: () => 0,
      fetch_types: false,
      onnotice: () => {},
      types: { bigint: postgres.BigInt },
      connection: {
        application_name: applicationName,
        ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
        ...dsn.parameters,
      },
      socket: () => this.#sockets.connect(host()),
    } as postgres.Options<{ bigint: postgres.PostgresType<bigint> }>);
  }

  /**
   * Runs statements. Errors that are not the database's come through as they are.
   * @throws DatabaseError
   */
  async run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#permits.hold(async () => this.runNow(work));
  }

  /** Cuts all connections, so that new ones go where `host` says now. What runs on one fails, and may have been done. */
  leave(reason: string): void {
    this.#sockets.cut(reason);
  }

  /** Ends the connections; statements that run get `timeoutMs` to come to their end. */
  async end(timeoutMs: number): Promise<void> {
    await this.#sql.end({ timeout: timeoutMs / 1_000 });
    this.#sockets.cut("the pool has ended");
  }

  private async runNow<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      if (this.#timeoutMs === 0) return;
      const limitMs = this.#timeoutMs + graceMs;
      timer = setTimeout(() => {
        const message = `no answer from the database in ${limitMs} ms`;
        this.#sockets.cut(message);
        reject(new DatabaseError("unknown", "ETIMEDOUT", message));
      }, limitMs);
    });
    try {
      return await Promise.race([work(this.#sql), silence]);
    } catch (error) {
      throw isDriverError(error) ? databaseErrorOf(error) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
