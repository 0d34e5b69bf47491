import { randomUUID } from "node:crypto";
import { test, until } from "@protomesh/testing";
import { expect } from "vitest";
import { delivered, note, put, ready, startStore, watch } from "../testing/running-store.js";

test("an idle watch gets an end_of_list at every interval", async ({ database }) => {
  const store = await startStore(database, { "store.postgres.watch.interval": 100 });
  await ready(store);
  await put(store, note({ id: randomUUID() }));
  const watching = watch(store);
  await until(() => watching.responses.filter(({ endOfList }) => endOfList).length >= 4, "bookmarks come");
  expect(watching.responses.slice(1).every(({ endOfList, revision }) => endOfList && revision === 1n)).toBe(true);
  watching.stream.cancel();
  await store.stop();
});

test("a filtered watch learns by a bookmark how far it is, although nothing was for it", async ({ database }) => {
  const store = await startStore(database, { "store.postgres.watch.interval": 100 });
  await ready(store);
  const watching = watch(store, { kinds: ["service"] });
  await until(() => watching.responses.length > 0, "the watch has begun");
  const { version } = await put(store, note({ id: randomUUID() }));
  await delivered(watching, version?.index ?? 0n);
  watching.stream.cancel();
  await store.stop();
});
