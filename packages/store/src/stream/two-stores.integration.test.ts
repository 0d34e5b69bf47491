import { randomUUID } from "node:crypto";
import { test } from "@protomesh/testing";
import { expect } from "vitest";
import { delivered, drop, get, note, put, ready, startStore, told, watch } from "../testing/running-store.js";

test.for([
  {
    title: "with notifications, long before any poll",
    settings: { "store.postgres.notify": true, "store.postgres.poll.interval": 3_600_000 },
  },
  {
    title: "without notifications, by polls alone",
    settings: { "store.postgres.notify": false, "store.postgres.poll.interval": 50 },
  },
])("what one store writes, a watch of another sees, $title", async ({ settings }, { database }) => {
  const namespace = randomUUID();
  const [writer, reader] = [await startStore(database, settings), await startStore(database, settings)];
  await Promise.all([ready(writer), ready(reader)]);
  const watching = watch(reader, { namespace });
  await delivered(watching, 0n);
  const [a, b] = [randomUUID(), randomUUID()];
  await put(writer, note({ namespace, id: a, name: "a" }));
  await put(writer, note({ namespace, id: b, name: "b" }));
  await drop(writer, namespace, [a]);
  await delivered(watching, 3n);
  expect(told(watching)).toEqual(["+a@1", "+b@2", "-a@3"]);
  expect((await get(reader, namespace, b)).resource?.name).toBe("b");
  watching.stream.cancel();
  await Promise.all([writer.stop(), reader.stop()]);
});

test("two stores that write one namespace give out each revision once, and all watches see all of them in order", async ({
  database,
}) => {
  const namespace = randomUUID();
  const stores = [await startStore(database), await startStore(database)] as const;
  await Promise.all(stores.map(ready));
  const watches = stores.map((store) => watch(store, { namespace }));
  await Promise.all(watches.map(async (one) => delivered(one, 0n)));
  const each = 150;
  const answers = await Promise.all(
    stores.flatMap((store) =>
      Array.from({ length: each }, async () => put(store, note({ namespace, id: randomUUID() }))),
    ),
  );
  const all = Array.from({ length: 2 * each }, (_, index) => BigInt(index + 1));
  expect(answers.map(({ version }) => version?.index ?? 0n).sort((x, y) => Number(x - y))).toEqual(all);
  for (const watching of watches) {
    await delivered(watching, BigInt(2 * each));
    const seen = watching.responses.flatMap(({ updatedResources }) =>
      updatedResources.map(({ version }) => version?.index),
    );
    expect(seen).toEqual(all);
    watching.stream.cancel();
  }
  await Promise.all(stores.map(async (store) => store.stop()));
});

test("a write under compare-and-set through one store sees what another has written", async ({ database }) => {
  const namespace = randomUUID();
  const id = randomUUID();
  const [one, two] = [await startStore(database), await startStore(database)];
  await Promise.all([ready(one), ready(two)]);
  await put(one, note({ namespace, id, text: "1" }));
  await put(two, note({ namespace, id, text: "2" }), { expectedIndex: 1n });
  await expect(put(one, note({ namespace, id, text: "3" }), { expectedIndex: 1n })).rejects.toThrow("it is at 2");
  await Promise.all([one.stop(), two.stop()]);
});

test("a restarted store goes on where it was", async ({ database }) => {
  const namespace = randomUUID();
  const before = await startStore(database);
  await ready(before);
  const { history } = await put(before, note({ namespace, id: randomUUID(), name: "a" }));
  await before.stop();
  const after = await startStore(database);
  await ready(after);
  const watching = watch(after, { namespace, resumeRevision: 1n, resumeHistory: history });
  await put(after, note({ namespace, id: randomUUID(), name: "b" }));
  await delivered(watching, 2n);
  expect(told(watching)).toEqual(["+b@2"]);
  watching.stream.cancel();
  await after.stop();
});
