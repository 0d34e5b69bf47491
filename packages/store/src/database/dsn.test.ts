import { expect, test } from "vitest";
import { describeDsn, DsnError, parseDsn } from "./dsn.js";

interface Case {
  readonly title: string;
  readonly text: string;
  readonly want: object;
}

test.each<Case>([
  {
    title: "a URL with everything",
    text: "postgres://ann:p%40ss@db.example:5433/mesh?sslmode=require&search_path=a",
    want: {
      hosts: [{ host: "db.example", port: 5433 }],
      database: "mesh",
      user: "ann",
      password: "p@ss",
      ssl: { mode: "require" },
      readWrite: false,
      parameters: { search_path: "a" },
    },
  },
  {
    title: "a bare URL: the defaults",
    text: "postgresql://",
    want: {
      hosts: [{ host: "localhost", port: 5432 }],
      database: undefined,
      user: undefined,
      ssl: { mode: "disable" },
    },
  },
  {
    title: "several hosts: the one that accepts writes",
    text: "postgres://a:1111,[::1]:2222,c/mesh",
    want: {
      hosts: [
        { host: "a", port: 1111 },
        { host: "::1", port: 2222 },
        { host: "c", port: 5432 },
      ],
      readWrite: true,
    },
  },
  {
    title: "several hosts of which any will do",
    text: "postgres://a,b/mesh?target_session_attrs=any",
    want: { readWrite: false },
  },
  {
    title: "a socket folder in a URL",
    text: "postgres://%2Fvar%2Frun/mesh",
    want: { hosts: [{ host: "/var/run", port: 5432 }], database: "mesh" },
  },
  {
    title: "words",
    text: "host=db port=5433 user=ann password='it''s' dbname=mesh".replace("''", "\\'"),
    want: { hosts: [{ host: "db", port: 5433 }], user: "ann", password: "it's", database: "mesh" },
  },
  {
    title: "words with spaces around =, quotes and several hosts with one port",
    text: "  host = a,b  port=6000 password = 'two words' connect_timeout=2 application_name=x ",
    want: {
      hosts: [
        { host: "a", port: 6000 },
        { host: "b", port: 6000 },
      ],
      password: "two words",
      connectTimeoutMs: 2_000,
      parameters: { application_name: "x" },
    },
  },
])("parseDsn reads $title", ({ text, want }) => {
  expect(parseDsn(text)).toMatchObject(want);
});

test.each([
  { text: "", message: "is empty" },
  { text: "localhost", message: "cannot be read at character 1" },
  { text: "host=a port=b", message: 'port: "b", expected a number from 1 to 65535' },
  { text: "host=a,b,c port=1,2", message: "port: 2 ports for 3 hosts" },
  { text: "host=a sslmode=maybe", message: 'sslmode: "maybe", expected one of disable' },
  { text: "host=a target_session_attrs=standby", message: "the store writes" },
  { text: "host=a connect_timeout=soon", message: "expected a number of seconds" },
  { text: "postgres://a:x/y", message: "expected host:port" },
  { text: "postgres://100%@a/y", message: "%25" },
])("parseDsn refuses $text", ({ text, message }) => {
  expect(() => parseDsn(text)).toThrow(DsnError);
  expect(() => parseDsn(text)).toThrow(message);
});

test("describeDsn says where, and nothing of the login", () => {
  expect(describeDsn(parseDsn("postgres://ann:secret@a:1,b:2/mesh"))).toBe("a:1,b:2/mesh");
});
