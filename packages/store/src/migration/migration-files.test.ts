import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MigrationError } from "./migration-error.js";
import { bundledMigrations, readMigrations } from "./migration-files.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
});
afterEach(async () => rm(folder, { recursive: true }));

async function lay(...names: string[]): Promise<void> {
  await Promise.all(names.map(async (name) => writeFile(join(folder, name), `-- ${name}`)));
}

test("migrations are read in order, with the checksum of what they do", async () => {
  await lay("0002_b.up.sql", "0002_b.down.sql", "0001_a.up.sql", "0001_a.down.sql", "schema.sql", "notes.txt");
  expect(await readMigrations(folder)).toEqual([
    {
      version: 1,
      name: "a",
      up: "-- 0001_a.up.sql",
      down: "-- 0001_a.down.sql",
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    {
      version: 2,
      name: "b",
      up: "-- 0002_b.up.sql",
      down: "-- 0002_b.down.sql",
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
});

test.each([
  { title: "holds none", names: [], message: "holds no migration" },
  {
    title: "has a file of another name",
    names: ["001_a.up.sql"],
    message: "expected a name such as 0001_words.up.sql",
  },
  {
    title: "has a gap",
    names: ["0001_a.up.sql", "0001_a.down.sql", "0003_c.up.sql", "0003_c.down.sql"],
    message: "expected the number 2",
  },
  {
    title: "has a number twice",
    names: ["0001_a.up.sql", "0001_a.down.sql", "0001_b.up.sql", "0001_b.down.sql"],
    message: "expected the number 2",
  },
  { title: "lacks a way back", names: ["0001_a.up.sql"], message: "0001_a.down.sql is missing" },
])("a folder that $title is refused", async ({ names, message }) => {
  await lay(...names);
  await expect(readMigrations(folder)).rejects.toThrow(MigrationError);
  await expect(readMigrations(folder)).rejects.toThrow(message);
});

test("a folder that is not there is refused, naming it", async () => {
  await expect(readMigrations(join(folder, "none"))).rejects.toThrow(join(folder, "none"));
});

test("the migrations that come with the program are in order", async () => {
  expect((await readMigrations(bundledMigrations)).length).toBeGreaterThan(0);
});
