import { expect, test } from "vitest";
import type { Migration } from "./migration-files.js";
import { migrationStates, schemaObjection, type AppliedMigration } from "./schema-state.js";

const appliedAt = new Date(0);

function file(version: number, checksum = `sum${version}`): Migration {
  return { version, name: `step_${version}`, up: "", down: "", checksum };
}

function applied(version: number, checksum = `sum${version}`): AppliedMigration {
  return { version, name: `step_${version}`, checksum, appliedAt };
}

interface Case {
  readonly title: string;
  readonly files: readonly Migration[];
  readonly there: readonly AppliedMigration[];
  readonly states: readonly string[];
  readonly objection: string | undefined;
}

test.each<Case>([
  {
    title: "an empty database",
    files: [file(1), file(2)],
    there: [],
    states: ["pending", "pending"],
    objection: undefined,
  },
  { title: "one that is up to date", files: [file(1)], there: [applied(1)], states: ["applied"], objection: undefined },
  {
    title: "one that lags behind",
    files: [file(1), file(2)],
    there: [applied(1)],
    states: ["applied", "pending"],
    objection: undefined,
  },
  {
    title: "one that a newer program has made",
    files: [file(1)],
    there: [applied(1), applied(2)],
    states: ["applied", "unknown"],
    objection: "the database has migrations that this program does not know: 0002_step_2",
  },
  {
    title: "one that was made from a file which has changed since",
    files: [file(1), file(2)],
    there: [applied(1, "other")],
    states: ["changed", "pending"],
    objection: "migrations were changed after they had been applied: 0001_step_1",
  },
])("$title", ({ files, there, states, objection }) => {
  const found = migrationStates(files, there);
  expect(found.map(({ state }) => state)).toEqual(states);
  expect(schemaObjection(found)).toBe(objection);
});
