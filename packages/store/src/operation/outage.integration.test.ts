import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { test, until, type Database } from "@protomesh/testing";
import { expect } from "vitest";
import {
  delivered,
  failureOf,
  get,
  note,
  notifies,
  put,
  ready,
  startStore,
  told,
  watch,
} from "../testing/running-store.js";
import { withSession } from "../testing/session.js";

/** Another database of the same server, from which a test's own can be closed and opened. */
function beside({ dsn }: Database): { readonly name: string; readonly other: Database } {
  const url = new URL(dsn);
  const name = url.pathname.slice(1);
  url.pathname = "/postgres";
  return { name, other: { dsn: url.href } };
}

async function close(database: Database): Promise<void> {
  const { name, other } = beside(database);
  await withSession(other, async (sql) => {
    await sql.unsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`;
  });
}

async function open(database: Database): Promise<void> {
  const { name, other } = beside(database);
  await withSession(other, async (sql) => sql.unsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`));
}

/** Ends the store's backends of a kind. */
async function kill(database: Database, kind: "write" | "read" | "listen"): Promise<void> {
  await withSession(database, async (sql) => {
    const killed = await sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = ${`protomesh-store ${kind}`}`;
    expect(killed.length).toBeGreaterThan(0);
  });
}

test("while the database is away, writes and reads are UNAVAILABLE at once, and watches stay open and catch up", async ({
  database,
}) => {
  const namespace = randomUUID();
  const [store, other] = [await startStore(database), await startStore(database)];
  await Promise.all([ready(store), ready(other)]);
  const id = randomUUID();
  await put(store, note({ namespace, id, name: "a" }));
  const watching = watch(store, { namespace });
  await delivered(watching, 1n);

  await close(database);
  await until(() => !store.running.readiness().ready, "the store says that it is not ready");
  expect(store.running.readiness().parts["database"]).toContain("not currently accepting connections");
  expect(await failureOf(put(store, note({ namespace, id: randomUUID() })))).toMatchObject({
    code: status.UNAVAILABLE,
  });
  expect(await failureOf(get(store, namespace, id))).toMatchObject({ code: status.UNAVAILABLE });
  expect(watching.error).toBeUndefined();

  await open(database);
  await Promise.all([ready(store), ready(other)]);
  await put(other, note({ namespace, id: randomUUID(), name: "b" }));
  await put(store, note({ namespace, id: randomUUID(), name: "c" }));
  await delivered(watching, 3n);
  expect(told(watching)).toEqual(["+a@1", "+b@2", "+c@3"]);
  watching.stream.cancel();
  await Promise.all([store.stop(), other.stop()]);
});

test("a store that starts before its database serves when that is there", async ({ database }) => {
  await close(database);
  const store = await startStore(database);
  await until(() => store.running.readiness().parts["database"]?.includes("not currently accepting"), "it says why");
  expect(await failureOf(put(store, note({ id: randomUUID() })))).toMatchObject({ code: status.UNAVAILABLE });
  await open(database);
  await ready(store);
  await expect(put(store, note({ namespace: randomUUID(), id: randomUUID() }))).resolves.toMatchObject({
    version: { index: 1n },
  });
  await store.stop();
});

test("a store over a database that is not migrated says so, and serves once it is", async ({ database }) => {
  const before = await startStore(database);
  await ready(before);
  await before.stop();
  await withSession(database, async (sql) => sql`DROP SCHEMA protomesh CASCADE`);
  const store = await startStore(database, { "store.postgres.migration.file": "" });
  await until(
    () => store.running.readiness().parts["database"]?.includes("run protomesh migrate"),
    "it says what to do",
  );
  const migrating = await startStore(database);
  await ready(store);
  await put(store, note({ id: randomUUID() }));
  await Promise.all([store.stop(), migrating.stop()]);
});

test("a store refuses a database that a newer program has migrated", async ({ database }) => {
  const first = await startStore(database);
  await ready(first);
  await first.stop();
  await withSession(database, async (sql) => sql`INSERT INTO protomesh.migration VALUES (99, 'newer', 'sum', now())`);
  const store = await startStore(database);
  await until(() => store.running.readiness().parts["database"]?.includes("does not know: 0099_newer"), "it says why");
  expect(await failureOf(put(store, note({ id: randomUUID() })))).toMatchObject({ code: status.UNAVAILABLE });
  await store.stop();
  await withSession(database, async (sql) => sql`DELETE FROM protomesh.migration WHERE version = 99`);
});

test("killed connections are replaced: nothing acknowledged is lost, and no change is missed", async ({ database }) => {
  const namespace = randomUUID();
  const [store, other] = [await startStore(database), await startStore(database)];
  await Promise.all([ready(store), ready(other)]);
  const watching = watch(store, { namespace });
  await delivered(watching, 0n);
  const acknowledged: string[] = [];
  const write = async (): Promise<void> => {
    const name = randomUUID();
    await put(other, note({ namespace, id: randomUUID(), name })).then(
      ({ version }) => acknowledged.push(`+${name}@${version?.index}`),
      (error: { code?: status }) => expect(error.code).toBe(status.UNAVAILABLE),
    );
  };
  for (const kind of ["write", "read", ...(notifies ? (["listen"] as const) : [])] as const) {
    await Promise.all(Array.from({ length: 20 }, write));
    const writes = Promise.all(Array.from({ length: 20 }, write));
    await kill(database, kind);
    await writes;
  }
  await ready(other);
  await until(async () => {
    await write();
    return acknowledged.length > 60;
  }, "writes are taken again");
  const last = acknowledged.at(-1)?.split("@")[1] ?? "";
  await delivered(watching, BigInt(last));
  expect(told(watching)).toEqual(expect.arrayContaining(acknowledged));
  const indexes = told(watching).map((line) => Number(line.split("@")[1]));
  expect(indexes).toEqual(indexes.map((_, index) => index + 1));
  watching.stream.cancel();
  await Promise.all([store.stop(), other.stop()]);
});
