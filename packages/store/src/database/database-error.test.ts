import { expect, test } from "vitest";
import { databaseErrorOf, isDriverError, unavailableOf, type Failure } from "./database-error.js";

test.each<{ code: string; failure: Failure; why: string; severity?: string }>([
  { code: "ECONNREFUSED", failure: "away", why: "nothing was sent" },
  { code: "CONNECT_TIMEOUT", failure: "away", why: "nothing was sent" },
  { code: "53300", severity: "FATAL", failure: "away", why: "too many connections: nobody was let in" },
  { code: "57P03", severity: "FATAL", failure: "away", why: "the server is starting" },
  { code: "CONNECTION_CLOSED", failure: "unknown", why: "the connection broke" },
  { code: "55000", severity: "FATAL", failure: "away", why: "the database takes no connections" },
  { code: "ECONNRESET", failure: "unknown", why: "the connection broke" },
  { code: "ETIMEDOUT", failure: "unknown", why: "no answer came" },
  { code: "57P01", severity: "FATAL", failure: "unknown", why: "the backend was terminated, perhaps after its commit" },
  { code: "57P02", severity: "FATAL", failure: "unknown", why: "the server crashed" },
  { code: "53100", failure: "refused", why: "the disk is full" },
  { code: "57014", failure: "refused", why: "the statement was cancelled" },
  { code: "25006", failure: "refused", why: "the server is read-only" },
  { code: "40P01", failure: "refused", why: "a deadlock was broken" },
  { code: "58030", failure: "refused", why: "an I/O error" },
  { code: "22021", failure: "rejected", why: "bytes that the server cannot store" },
  { code: "42P01", failure: "rejected", why: "a table that is not there" },
])("$code is $failure: $why", ({ code, failure, severity = "ERROR" }) => {
  expect(databaseErrorOf(Object.assign(new Error("words"), { code, severity }))).toMatchObject({
    failure,
    code,
    message: "words",
  });
});

test("an error of ours is none of the driver's", () => {
  expect(isDriverError(new Error("a bug"))).toBe(false);
  expect(isDriverError(Object.assign(new Error("no"), { code: "ECONNREFUSED" }))).toBe(true);
});

test("clients are told whether their request may have been carried out, and nothing of the database", () => {
  const unknown = databaseErrorOf(Object.assign(new Error("host 10.0.0.1"), { code: "ECONNRESET" }));
  const away = databaseErrorOf(Object.assign(new Error("host 10.0.0.1"), { code: "ECONNREFUSED" }));
  expect(unavailableOf(unknown).message).toContain("may have been carried out");
  expect(unavailableOf(away).message).not.toContain("10.0.0.1");
});
