import { parseDsn } from "../database/dsn.js";
import { DatabaseError } from "../database/database-error.js";
import { locateHost } from "../database/locate.js";
import { Pool, type Session, type Sql } from "../database/pool.js";
import { MigrationError } from "./migration-error.js";
import { bundledMigrations, readMigrations, type Migration } from "./migration-files.js";
import { migrationStates, schemaObjection, type AppliedMigration, type MigrationState } from "./schema-state.js";

export interface MigrateOptions {
  /** `postgres://…` or libpq's words. */
  readonly dsn: string;
  /** Default: the migrations that came with this program. */
  readonly folder?: string;
}

/** What a run did, in its order. */
export interface MigrateResult {
  readonly applied: readonly string[];
  readonly reverted: readonly string[];
}

/** Locks out other runs: "protomesh" in ASCII, cut to eight bytes. */
const lockKey = 0x70726f746f6d6573n;

/**
 * Brings a database to a version of the schema: up, or down where it is past it. The run is one transaction under a lock,
 * so that of two that start together one does the work and the other finds it done, and a failure leaves nothing.
 * @param options.target the version to end at; default the newest in the folder, 0 removes everything
 * @throws MigrationError where the folder and the database contradict each other, DatabaseError where a statement fails
 */
export async function migrate(options: MigrateOptions & { readonly target?: number }): Promise<MigrateResult> {
  const files = await readMigrations(options.folder ?? bundledMigrations);
  const target = options.target ?? files.length;
  if (!Number.isInteger(target) || target < 0 || target > files.length) {
    throw new MigrationError(`target ${target}: expected a version from 0 to ${files.length}`);
  }
  return withConnection(options.dsn, async (sql) => {
    return sql.begin(async (session) => {
      await session`SELECT pg_advisory_xact_lock(${lockKey})`;
      await session.unsafe(bookkeeping).simple();
      const states = migrationStates(files, await readApplied(session));
      const objection = schemaObjection(states);
      if (objection !== undefined) throw new MigrationError(objection);
      return run(session, files, states, target);
    });
  });
}

/**
 * How each migration of the folder and of the database stands, by number. Changes nothing.
 * @throws MigrationError where the folder cannot be read, DatabaseError where the database cannot
 */
export async function migrationStatus({ dsn, folder }: MigrateOptions): Promise<MigrationState[]> {
  const files = await readMigrations(folder ?? bundledMigrations);
  return withConnection(dsn, async (sql) => readMigrationStates(sql, files));
}

/** The same over a connection that is there. */
export async function readMigrationStates(sql: Session, files: readonly Migration[]): Promise<MigrationState[]> {
  const [found] = await sql<{ exists: boolean }[]>`SELECT to_regclass('protomesh.migration') IS NOT NULL AS exists`;
  return migrationStates(files, found?.exists === true ? await readApplied(sql) : []);
}

const bookkeeping = `
  CREATE SCHEMA IF NOT EXISTS protomesh;
  CREATE TABLE IF NOT EXISTS protomesh.migration (
    version int PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    checksum text COLLATE "C" NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
  )`;

async function readApplied(sql: Session): Promise<AppliedMigration[]> {
  return sql<AppliedMigration[]>`
    SELECT version, name, checksum, applied_at AS "appliedAt" FROM protomesh.migration ORDER BY version`;
}

async function run(
  sql: Session,
  files: readonly Migration[],
  states: readonly MigrationState[],
  target: number,
): Promise<MigrateResult> {
  const isApplied = ({ version }: Migration): boolean =>
    states.some((migration) => migration.version === version && migration.state === "applied");
  const toApply = files.filter((file) => file.version <= target && !isApplied(file));
  const toRevert = files.filter((file) => file.version > target && isApplied(file)).toReversed();
  for (const { version, name, up, checksum } of toApply) {
    await sql.unsafe(up).simple();
    await sql`INSERT INTO protomesh.migration (version, name, checksum) VALUES (${version}, ${name}, ${checksum})`;
  }
  for (const { version, down } of toRevert) {
    await sql.unsafe(down).simple();
    await sql`DELETE FROM protomesh.migration WHERE version = ${version}`;
  }
  const titles = (list: readonly Migration[]): string[] =>
    list.map(({ version, name }) => `${String(version).padStart(4, "0")}_${name}`);
  return { applied: titles(toApply), reverted: titles(toRevert) };
}

async function withConnection<T>(text: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const dsn = parseDsn(text);
  const host = await locateHost(dsn, async () => Promise.resolve(undefined));
  if (typeof host === "string") throw new DatabaseError("away", "DOWN", host);
  const options = { dsn, host: () => host, maximum: 1, applicationName: "protomesh-migrate", statementTimeoutMs: 0 };
  const pool = new Pool(options);
  try {
    return await pool.run(work);
  } finally {
    await pool.end(0);
  }
}
