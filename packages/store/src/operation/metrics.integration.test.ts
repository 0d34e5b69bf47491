import { randomUUID } from "node:crypto";
import { test, until } from "@protomesh/testing";
import { expect } from "vitest";
import { delivered, note, put, ready, startStore, watch, type RunningStore } from "../testing/running-store.js";

/** A metric's samples: by their labels as they are printed, the values. */
async function samples({ adminAddress }: RunningStore, metric: string): Promise<Record<string, number>> {
  const text = await (await fetch(`http://${adminAddress}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  return Object.fromEntries(
    lines.map((line) => [line.slice(metric.length, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

test("commits, watchers, heads and what they were served from are counted", async ({ database }) => {
  const store = await startStore(database);
  await ready(store);
  const namespace = randomUUID();
  const label = `{namespace="${namespace}"}`;
  const watching = watch(store, { namespace });
  await until(() => watching.responses.length > 0, "the watch has begun");
  const writes = Array.from({ length: 20 }, async () => put(store, note({ namespace, id: randomUUID() })));
  await Promise.all(writes);
  await delivered(watching, 20n);

  const commits = (await samples(store, "protomesh_store_commit_seconds_count"))[""] ?? 0;
  expect(commits).toBeGreaterThan(0);
  expect(await samples(store, "protomesh_store_commit_group_size_count")).toEqual({ "": commits });
  expect(await samples(store, "protomesh_store_commit_group_size_sum")).toEqual({ "": 20 });
  expect(await samples(store, "protomesh_store_watchers")).toMatchObject({ [label]: 1 });
  expect(await samples(store, "protomesh_store_head_revision")).toMatchObject({ [label]: 20 });
  await until(
    async () => (await samples(store, "protomesh_store_watch_lag_revisions"))[label] === 0,
    "the watch is up to date",
  );
  expect((await samples(store, "protomesh_store_ring_hits_total"))[""]).toBeGreaterThan(0);
  expect((await samples(store, "protomesh_store_ring_bytes"))[label]).toBeGreaterThan(0);

  watching.stream.cancel();
  await until(
    async () => (await samples(store, "protomesh_store_watchers"))[label] === 0,
    "the watch that ended is not counted",
  );
  await store.stop();
});

test("a watch from before the ring reads the table", async ({ database }) => {
  const store = await startStore(database);
  await ready(store);
  const namespace = randomUUID();
  for (let index = 0; index < 3; index++) await put(store, note({ namespace, id: randomUUID() }));
  const watching = watch(store, { namespace, resumeRevision: 0n });
  await delivered(watching, 3n);
  expect((await samples(store, "protomesh_store_table_reads_total"))[""]).toBe(1);
  watching.stream.cancel();
  await store.stop();
});

test("a change that a poll finds although notifications are heard counts as a missed hint", async ({ database }) => {
  const [silent, listening] = [
    await startStore(database, { "store.postgres.notify": false }),
    await startStore(database, { "store.postgres.notify": true, "store.postgres.poll.interval": 100 }),
  ];
  await Promise.all([ready(silent), ready(listening)]);
  const namespace = randomUUID();
  const watching = watch(listening, { namespace });
  await delivered(watching, 0n);
  await put(silent, note({ namespace, id: randomUUID() }));
  await delivered(watching, 1n);
  expect((await samples(listening, "protomesh_store_missed_hints_total"))[""]).toBe(1);
  watching.stream.cancel();
  await Promise.all([silent.stop(), listening.stop()]);
});
