import type { Database } from "@protomesh/testing";
import { parseDsn } from "../database/dsn.js";
import { Pool, type Sql } from "../database/pool.js";

/** Runs statements on a connection of their own. */
export async function withSession<T>({ dsn }: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  const parsed = parseDsn(dsn);
  const [host = { host: "localhost", port: 5432 }] = parsed.hosts;
  const options = { dsn: parsed, host: () => host, maximum: 1, applicationName: "test", statementTimeoutMs: 0 };
  const pool = new Pool(options);
  try {
    return await pool.run(work);
  } finally {
    await pool.end(0);
  }
}
