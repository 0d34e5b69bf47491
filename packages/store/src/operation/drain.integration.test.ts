import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, constants } from "node:http2";
import { status } from "@grpc/grpc-js";
import { test, until } from "@protomesh/testing";
import { expect } from "vitest";
import { note, put, ready, startStore, watch } from "../testing/running-store.js";
import { withSession } from "../testing/session.js";

test("a store that shuts down ends its watches with UNAVAILABLE, and a write in flight gets its answer", async ({
  database,
}) => {
  const store = await startStore(database);
  await ready(store);
  await put(store, note({ id: randomUUID() }));
  const watching = watch(store);
  await until(() => watching.responses.length > 0, "the watch has begun");

  const { answer, stopped } = await withSession(database, async (sql) =>
    sql.begin(async (holder) => {
      await holder`SELECT FROM protomesh.namespace FOR UPDATE`;
      const written = put(store, note({ id: randomUUID() }));
      await until(async () => {
        const [waiting] = await holder`
          SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'protomesh-store write'`;
        return waiting;
      }, "the write waits for the namespace");
      const drained = store.running.stop();
      await until(() => watching.error, "the watch ends");
      // Handed out as values: a promise would be waited for while the lock is held.
      return { answer: () => written, stopped: () => drained };
    }),
  );
  expect(watching.error?.code).toBe(status.UNAVAILABLE);
  expect((await answer()).version?.index).toBe(2n);
  await stopped();
  store.client.close();
});

test("a store that shuts down tells its clients by GOAWAY to go elsewhere", async ({ database }) => {
  const store = await startStore(database);
  await ready(store);
  const session = connect(`http://${store.address}`);
  await once(session, "connect");
  const codes: number[] = [];
  session.on("goaway", (code: number) => codes.push(code));
  const stopped = store.stop();
  await until(() => codes.length > 0, "GOAWAY comes");
  expect(codes[0]).toBe(constants.NGHTTP2_NO_ERROR);
  session.destroy();
  await stopped;
});
