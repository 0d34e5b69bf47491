import { test } from "@protomesh/testing";
import { expect } from "vitest";
import { runCommand } from "./testing/run-command.js";

test("up, status and down bring the schema there and back", async ({ database }) => {
  const at = `-store-sql-connection-string=${database.dsn}`;
  expect((await runCommand(["migrate", "status", at])).out).toMatch(/^MIGRATION +STATE +APPLIED\n0001_\w+ +pending/);
  const up = await runCommand(["migrate", "up", at]);
  expect(up).toMatchObject({ code: 0, err: "" });
  expect(up.out).toMatch(/^0001_\w+ +applied\n/);
  expect((await runCommand(["migrate", "up", at])).out).toBe("nothing to do\n");
  expect((await runCommand(["migrate", "status", at])).out).toMatch(/0001_\w+ +applied +\d{4}-\d\d-\d\dT/);
  expect(JSON.parse((await runCommand(["migrate", "status", "-o", "json", at])).out)).toContainEqual({
    version: 1,
    name: expect.any(String) as string,
    state: "applied",
    applied: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
  });
  expect((await runCommand(["migrate", "up", "-o", "yaml", at])).out).toBe("applied: []\nreverted: []\n");
  expect((await runCommand(["migrate", "down", "--to", "0", at])).out).toMatch(/0001_\w+ +reverted\n$/);
  expect((await runCommand(["migrate", "down", at])).out).toBe("nothing to do\n");
});

test("a database that is away ends with 5, without its password", async () => {
  const { code, err } = await runCommand([
    "migrate",
    "up",
    "-store-sql-connection-string=postgres://me:hunter2@127.0.0.1:1/db",
  ]);
  expect(code).toBe(5);
  expect(err).toContain("the database did not carry this out\n");
  expect(err).not.toContain("hunter2");
});

test("-h lists the store's settings", async () => {
  const { code, out } = await runCommand(["migrate", "up", "-h"]);
  expect(code).toBe(0);
  expect(out).toContain("store.sql.connection.string");
});

test("a wrong setting is named", async () => {
  const { code, err } = await runCommand(["migrate", "up", "-store-sql-conection-string=x"]);
  expect(code).toBe(2);
  expect(err).toContain("did you mean -store-sql-connection-string?");
});
