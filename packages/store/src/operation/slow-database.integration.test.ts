import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { test, until } from "@protomesh/testing";
import { expect } from "vitest";
import { delivered, failureOf, note, put, ready, startStore, watch } from "../testing/running-store.js";
import { withSession } from "../testing/session.js";

test("a write that waits longer than a statement may take is UNAVAILABLE, and was not carried out", async ({
  database,
}) => {
  const store = await startStore(database, { "store.postgres.statement.timeout": 300 });
  await ready(store);
  const namespace = randomUUID();
  await put(store, note({ namespace, id: randomUUID() }));
  await withSession(database, async (sql) =>
    sql.begin(async (holder) => {
      await holder`SELECT FROM protomesh.namespace WHERE name = ${namespace} FOR UPDATE`;
      const error = await failureOf(put(store, note({ namespace, id: randomUUID() })));
      expect(error).toMatchObject({
        code: status.UNAVAILABLE,
        details: expect.stringContaining("cannot carry out the request now"),
      });
    }),
  );
  await ready(store);
  const { version } = await put(store, note({ namespace, id: randomUUID() }));
  expect(version?.index).toBe(2n);
  await store.stop();
});

test("a store that cannot read changes for long says of which namespace, and since when", async ({ database }) => {
  const store = await startStore(database, { "store.postgres.poll.interval": 100 });
  await ready(store);
  const namespace = randomUUID();
  const watching = watch(store, { namespace });
  await delivered(watching, 0n);
  const changes = (): string | undefined => store.running.readiness().parts["changes"];
  await withSession(database, async (sql) =>
    sql.begin(async (holder) => {
      await holder`LOCK TABLE protomesh.event IN ACCESS EXCLUSIVE MODE`;
      await until(() => changes()?.includes(`changes of namespace ${namespace} were last read`), "it says so", {
        last: () => JSON.stringify(store.running.readiness().parts),
      });
    }),
  );
  await until(() => changes() === "ready", "it reads again", { last: () => String(changes()) });
  watching.stream.cancel();
  await store.stop();
});
