import { test } from "@protomesh/testing";
import { expect } from "vitest";
import { withSession } from "../testing/session.js";
import { migrate } from "./migrate.js";
import { bundledMigrations, readMigrations } from "./migration-files.js";

/** What was written before resources had an age: id, revision, the revision before, whether it was a drop. */
const written = [
  ["lives on", 1, 0, false],
  ["lives on", 4, 1, false],
  ["lives on", 9, 4, false],
  ["began before it was compacted", 6, 2, false],
  ["began before it was compacted", 8, 6, false],
  ["came back", 3, 0, false],
  ["came back", 5, 3, true],
  ["came back", 7, 5, false],
  ["came back", 10, 7, false],
] as const;

const idOf: Readonly<Record<string, string>> = {
  "lives on": "00000000-0000-4000-8000-000000000001",
  "began before it was compacted": "00000000-0000-4000-8000-000000000002",
  "came back": "00000000-0000-4000-8000-000000000003",
};

test("resources that are there already are as old as the oldest version that is left since their last drop", async ({
  database,
}) => {
  const migrations = await readMigrations(bundledMigrations);
  const itself = migrations.find(({ name }) => name === "author_and_age")?.version ?? 0;
  await migrate({ ...database, target: itself - 1 });
  await withSession(database, async (sql) => {
    for (const [life, revision, previous, dropped] of written) {
      await sql`
        INSERT INTO protomesh.event (revision, previous_revision, at, id, dropped, namespace, hash, kind, name, type_url, spec)
          VALUES (${revision}, ${previous}, now(), ${idOf[life] ?? ""}, ${dropped}, 'default', '', 'a', ${life}, 'a', '')`;
    }
  });
  await migrate(database);
  const ages = await withSession(
    database,
    async (sql) => sql<{ name: string; revision: bigint; created: bigint }[]>`
      SELECT name, revision, coalesce(nullif(created_revision, 0), revision) AS created
        FROM protomesh.event WHERE NOT dropped ORDER BY id, revision`,
  );
  expect(ages.map(({ name, revision, created }) => `${name} @${revision} from ${created}`)).toEqual([
    "lives on @1 from 1",
    "lives on @4 from 1",
    "lives on @9 from 1",
    "began before it was compacted @6 from 6",
    "began before it was compacted @8 from 6",
    "came back @3 from 3",
    "came back @7 from 7",
    "came back @10 from 7",
  ]);
});
