import { databaseErrorOf } from "./database-error.js";
import type { DatabaseHost, Dsn } from "./dsn.js";
import { Pool, type Session } from "./pool.js";

/** Says why a server that answers cannot be used; undefined: it can. */
export type Objection = (sql: Session) => Promise<string | undefined>;

/**
 * Looks for the host of a connection string that can be used now.
 * @param preferred tried first
 * @returns the host, or why the last one that was tried cannot be used
 */
export async function locateHost(
  dsn: Dsn,
  objection: Objection,
  preferred?: DatabaseHost,
): Promise<DatabaseHost | string> {
  let reason = "no host";
  for (const host of dsn.hosts.toSorted((a, b) => Number(b === preferred) - Number(a === preferred))) {
    const found = await objectionTo(host, dsn, objection);
    if (found === undefined) return host;
    reason = dsn.hosts.length > 1 ? `${host.host}:${host.port}: ${found}` : found;
  }
  return reason;
}

async function objectionTo(host: DatabaseHost, dsn: Dsn, objection: Objection): Promise<string | undefined> {
  const probe = new Pool({
    dsn,
    host: () => host,
    maximum: 1,
    applicationName: "protomesh-store probe",
    statementTimeoutMs: dsn.connectTimeoutMs,
  });
  try {
    return await probe.run(async (sql) => {
      const [row] = await sql<{ read_only: string }[]>`SELECT current_setting('transaction_read_only') AS read_only`;
      if (dsn.readWrite && row?.read_only === "on") return "does not accept writes";
      return objection(sql);
    });
  } catch (error) {
    return databaseErrorOf(error).message;
  } finally {
    await probe.end(0);
  }
}
