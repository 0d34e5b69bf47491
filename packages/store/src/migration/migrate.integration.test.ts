import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "@protomesh/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { describeSchema } from "../testing/describe-schema.js";
import { withSession } from "../testing/session.js";
import { migrate, migrationStatus } from "./migrate.js";
import { MigrationError } from "./migration-error.js";
import { bundledMigrations, readMigrations } from "./migration-files.js";

/** A copy of the bundled migrations that a test may change. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
  await cp(bundledMigrations, folder, { recursive: true });
});
afterEach(async () => rm(folder, { recursive: true }));

async function all(): Promise<string[]> {
  return (await readMigrations(bundledMigrations)).map(
    ({ version, name }) => `${String(version).padStart(4, "0")}_${name}`,
  );
}

test.beforeEach(async ({ database }) => {
  await withSession(database, async (sql) => sql`DROP SCHEMA IF EXISTS protomesh CASCADE`);
});

test("an empty database is brought to the newest version, and a second run finds nothing to do", async ({
  database,
}) => {
  expect((await migrationStatus(database)).map(({ state }) => state)).toEqual((await all()).map(() => "pending"));
  expect(await migrate(database)).toEqual({ applied: await all(), reverted: [] });
  expect(await migrate(database)).toEqual({ applied: [], reverted: [] });
  expect((await migrationStatus(database)).map(({ state }) => state)).toEqual((await all()).map(() => "applied"));
});

test("the schema is the one that migrations/schema.sql shows", async ({ database }) => {
  await migrate(database);
  const schema = await withSession(database, describeSchema);
  await expect(schema).toMatchFileSnapshot(join(bundledMigrations, "schema.sql"));
});

test("every key leads with the namespace, so that a database can shard by it", async ({ database }) => {
  await migrate(database);
  const keys = await withSession(
    database,
    async (sql) => sql<{ relation: string; leads: string }[]>`
      SELECT DISTINCT i.indrelid::regclass::text AS relation, a.attname AS leads
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'protomesh'::regnamespace
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        ORDER BY 1`,
  );
  expect(Object.fromEntries(keys.map(({ relation, leads }) => [relation.replace("protomesh.", ""), leads]))).toEqual({
    event: "namespace",
    namespace: "name",
    request: "namespace",
    resource: "namespace",
    status: "namespace",
    status_clock: "namespace",
    // The bookkeeping of the schema itself.
    migration: "version",
  });
});

test("of many that start together, one does the work and the others find it done", async ({ database }) => {
  const results = await Promise.all(Array.from({ length: 5 }, async () => migrate(database)));
  expect(results.filter(({ applied }) => applied.length > 0)).toEqual([{ applied: await all(), reverted: [] }]);
});

test("every migration can be taken back, and leaves nothing", async ({ database }) => {
  const empty = async () => {
    await migrate({ ...database, target: 0 });
    return withSession(database, describeSchema);
  };
  const before = await empty();
  await migrate(database);
  expect(await migrate({ ...database, target: 1 })).toEqual({
    applied: [],
    reverted: (await all()).slice(1).toReversed(),
  });
  expect(await empty()).toBe(before);
});

/** A put of one resource as stores before version 7 call it: they name no author. */
const putBeforeAuthors = `SELECT outcome FROM protomesh.commit_writes(
    'old', '{1}', '{false}', '{7a5f1e0c-3e52-4c59-9f44-1d2c3b4a5e6f}', '{h}', '{k}', '{n}', '{t}', '{"\\\\x01"}',
    '{NULL}', NULL, NULL, NULL, NULL
  ) WHERE write = 1`;

test("a store from before authors writes on while the schema goes to version 7 and back", async ({ database }) => {
  await migrate({ ...database, target: 6 });
  const before = await withSession(database, describeSchema);
  await withSession(database, async (sql) => {
    await sql`PREPARE old_put AS ${sql.unsafe(putBeforeAuthors)}`.simple();
    expect(await sql.unsafe("EXECUTE old_put").simple()).toMatchObject([{ outcome: "created" }]);
    await migrate({ ...database, target: 7 });
    expect(await sql.unsafe("EXECUTE old_put").simple()).toMatchObject([{ outcome: "unchanged" }]);
    await sql`UPDATE protomesh.resource SET hash = 'other'`;
    expect(await sql.unsafe("EXECUTE old_put").simple()).toMatchObject([{ outcome: "changed" }]);
    expect(await sql`SELECT author FROM protomesh.event ORDER BY revision`).toEqual([
      { author: null },
      { author: null },
    ]);
    await migrate({ ...database, target: 6 });
    await sql`UPDATE protomesh.resource SET hash = 'other'`;
    expect(await sql.unsafe("EXECUTE old_put").simple()).toMatchObject([{ outcome: "changed" }]);
  });
  expect(await withSession(database, describeSchema)).toBe(before);
});

test("a migration that was changed after it had been applied is refused", async ({ database }) => {
  await migrate({ ...database, folder });
  const [first = ""] = await all();
  const path = join(folder, `${first}.up.sql`);
  await writeFile(path, `${await readFile(path, "utf8")}-- changed`);
  await expect(migrate({ ...database, folder })).rejects.toThrow(MigrationError);
  await expect(migrate({ ...database, folder })).rejects.toThrow(first);
});

test("a database that a newer program has migrated is refused", async ({ database }) => {
  const next = String((await all()).length + 1).padStart(4, "0");
  await writeFile(join(folder, `${next}_newer.up.sql`), "SELECT 1");
  await writeFile(join(folder, `${next}_newer.down.sql`), "SELECT 1");
  await migrate({ ...database, folder });
  await expect(migrate(database)).rejects.toThrow(`does not know: ${next}_newer`);
});

test("a migration that fails leaves the database as it was", async ({ database }) => {
  const next = String((await all()).length + 1).padStart(4, "0");
  await writeFile(join(folder, `${next}_broken.up.sql`), "CREATE TABLE protomesh.half (); SELECT 1 / 0");
  await writeFile(join(folder, `${next}_broken.down.sql`), "SELECT 1");
  await expect(migrate({ ...database, folder })).rejects.toThrow("division by zero");
  expect((await migrationStatus(database)).every(({ state }) => state === "pending")).toBe(true);
});

test.each([-1, 99, 1.5])("a target of %d is refused", async (target) => {
  await expect(migrate({ dsn: "postgres://localhost", target })).rejects.toThrow("expected a version from 0 to");
});
