import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject, test as base } from "vitest";

/** An empty database of a test file's own. */
export interface Database {
  readonly dsn: string;
}

/**
 * vitest's `test` with what integration tests share. `database` is made when a file's first test asks for it and
 * dropped, with whatever is still connected, after its last.
 */
export const test = base.extend<{ $file: { database: Database } }>({
  database: [
    async ({}, use) => {
      const { dsn } = inject("postgres");
      const name = `test_${randomBytes(8).toString("hex")}`;
      await statement(dsn, `CREATE DATABASE ${name}`);
      const url = new URL(dsn);
      url.pathname = name;
      await use({ dsn: url.href });
      await statement(dsn, `DROP DATABASE ${name} WITH (FORCE)`);
    },
    { scope: "file" },
  ],
});

/** On a connection of its own: one that outlived the statement would count as leaked by the file's tests. */
async function statement(dsn: string, text: string): Promise<void> {
  const sql = postgres(dsn, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}
