import { randomUUID } from "node:crypto";
import { Metadata, status } from "@grpc/grpc-js";
import { test, until } from "@protomesh/testing";
import { expect } from "vitest";
import { call, failureOf, history, note, put, ready, startStore } from "../testing/running-store.js";
import { withSession } from "../testing/session.js";

test("a Put whose deadline passes may have been carried out, and the same request id tells that it was", async ({
  database,
}) => {
  const store = await startStore(database);
  await ready(store);
  const namespace = randomUUID();
  await put(store, note({ namespace, id: randomUUID() }));
  const resource = note({ namespace, id: randomUUID(), name: "late" });
  const requestId = "once";

  await withSession(database, async (sql) =>
    sql.begin(async (holder) => {
      await holder`SELECT FROM protomesh.namespace WHERE name = ${namespace} FOR UPDATE`;
      const deadline = Date.now() + 300;
      const late = failureOf(
        call((done) =>
          store.client.put({ resource, expectedIndex: undefined, requestId }, new Metadata(), { deadline }, done),
        ),
      );
      await until(async () => {
        const [waiting] = await holder`
          SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'protomesh-store write'`;
        return waiting;
      }, "the write waits for the namespace");
      expect((await late).code).toBe(status.DEADLINE_EXCEEDED);
    }),
  );
  const { version } = await put(store, resource, { requestId });
  expect(version?.index).toBe(2n);
  const written = (await history(store, { namespace, resourceId: resource.id })).flatMap(({ entries }) => entries);
  expect(written.map(({ revision }) => revision)).toEqual([2n]);
  await store.stop();
});

test("a Put that is cancelled while it waits for others is not carried out", async ({ database }) => {
  const store = await startStore(database);
  await ready(store);
  const namespace = randomUUID();
  const [first, cancelled] = [randomUUID(), randomUUID()];
  await put(store, note({ namespace, id: first }));

  const ahead = await withSession(database, async (sql) =>
    sql.begin(async (holder) => {
      await holder`SELECT FROM protomesh.namespace WHERE name = ${namespace} FOR UPDATE`;
      const written = put(store, note({ namespace, id: first, name: "ahead" }));
      await until(async () => {
        const [waiting] = await holder`
          SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'protomesh-store write'`;
        return waiting;
      }, "a write waits for the namespace");
      const deadline = Date.now() + 300;
      const resource = note({ namespace, id: cancelled });
      const late = call((done) =>
        store.client.put({ resource, expectedIndex: undefined, requestId: "" }, new Metadata(), { deadline }, done),
      );
      expect((await failureOf(late)).code).toBe(status.DEADLINE_EXCEEDED);
      // Handed out as a value: a promise would be waited for while the lock is held.
      return { answer: () => written };
    }),
  );
  expect((await ahead.answer()).version?.index).toBe(2n);
  const { version } = await put(store, note({ namespace, id: randomUUID() }));
  expect(version?.index).toBe(3n);
  await store.stop();
});
