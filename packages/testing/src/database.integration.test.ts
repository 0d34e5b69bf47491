import postgres from "postgres";
import { expect } from "vitest";
import { test } from "./database.js";

test("a test file has an empty database of its own", async ({ database }) => {
  const sql = postgres(database.dsn, { max: 1 });
  const [row] = await sql`
    SELECT count(*) AS tables FROM information_schema.tables WHERE table_schema = 'public'`;
  await sql.end();
  expect(row).toMatchObject({ tables: "0" });
});

test("the tests of a file share it", async ({ database }) => {
  const sql = postgres(database.dsn, { max: 1 });
  await sql`CREATE TABLE seen ()`;
  await sql.end();
  expect(new URL(database.dsn).pathname).toMatch(/^\/test_[0-9a-f]{16}$/);
});
