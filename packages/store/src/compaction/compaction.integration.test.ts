import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { errorDetailsOf } from "@protomesh/core";
import { ResourceStatus, ResumeRange, type WatchStatusResponse } from "@protomesh/core/api";
import { test, until } from "@protomesh/testing";
import { beforeEach, expect } from "vitest";
import {
  call,
  compact,
  delivered,
  drop,
  failureOf,
  get,
  history,
  list,
  note,
  put,
  startStore,
  told,
  violatedFields,
  watch,
  type RunningStore,
} from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";
import { withSession } from "../testing/session.js";

useStore();

const [a, b, c] = [
  "0a000000-0000-4000-8000-000000000000",
  "0b000000-0000-4000-8000-000000000000",
  "0c000000-0000-4000-8000-000000000000",
];

/** Revisions 1 to 6: a1, b1, c1, a2, b dropped, c2. */
beforeEach(async () => {
  for (const [id, name] of [
    [a, "a1"],
    [b, "b1"],
    [c, "c1"],
    [a, "a2"],
  ] as const) {
    await put(store, note({ namespace, id, name }));
  }
  await drop(store, namespace, [b]);
  await put(store, note({ namespace, id: c, name: "c2" }));
});

async function events(of: RunningStore = store): Promise<string[]> {
  return (await history(of, { namespace }))
    .flatMap(({ entries }) => entries)
    .map(({ revision, resource, dropped }) => `${dropped ? "-" : "+"}${resource?.name}@${revision}`);
}

async function namesAt(revision: bigint): Promise<string[]> {
  return (await list(store, { namespace, revision })).resources.map(({ name }) => name);
}

test.for<{ floor: bigint; left: string[] }>([
  { floor: 0n, left: ["+a1@1", "+b1@2", "+c1@3", "+a2@4", "-b1@5", "+c2@6"] },
  { floor: 3n, left: ["+a1@1", "+b1@2", "+c1@3", "+a2@4", "-b1@5", "+c2@6"] },
  { floor: 4n, left: ["+b1@2", "+c1@3", "+a2@4", "-b1@5", "+c2@6"] },
  { floor: 5n, left: ["+c1@3", "+a2@4", "+c2@6"] },
  { floor: 6n, left: ["+a2@4", "+c2@6"] },
])("up to $floor, what the state then consists of is left, and everything after it", async ({ floor, left }) => {
  const states: string[][] = [];
  for (let revision = floor; revision <= 6n; revision++) states.push(revision === 0n ? [] : await namesAt(revision));
  expect((await compact(store, namespace, floor)).floorRevision).toBe(floor);
  expect(await events()).toEqual(left);
  for (const [index, names] of states.entries()) {
    const revision = floor + BigInt(index);
    if (revision > 0n) expect(await namesAt(revision)).toEqual(names);
  }
});

test("in steps it comes to the same as at once, and a lower floor changes nothing", async () => {
  for (const floor of [2n, 5n, 1n, 6n]) await compact(store, namespace, floor);
  expect(await events()).toEqual(["+a2@4", "+c2@6"]);
  expect((await compact(store, namespace, 3n)).floorRevision).toBe(6n);
});

test("an id whose drop was compacted begins anew, one whose drop was not goes on", async () => {
  await compact(store, namespace, 5n);
  await drop(store, namespace, [c]);
  for (const id of [b, c]) await put(store, note({ namespace, id, name: "again" }));
  expect((await get(store, namespace, b)).resource?.name).toBe("again");
  const of = async (resourceId: string) =>
    (await history(store, { namespace, resourceId })).flatMap(({ entries }) => entries.map(({ revision }) => revision));
  expect([await of(b), await of(c)]).toEqual([[8n], [3n, 6n, 7n, 9n]]);
});

test("a watch resumes at the floor, and below it hears what is left", async () => {
  await compact(store, namespace, 4n);
  const watching = watch(store, { namespace, resumeRevision: 4n });
  await delivered(watching, 6n);
  expect(told(watching).toSorted()).toEqual(["+c2@6", "-b1@5"]);
  watching.stream.cancel();

  const below = watch(store, { namespace, resumeRevision: 3n });
  await until(() => below.error, "the watch ends");
  expect(below.error?.code).toBe(status.OUT_OF_RANGE);
  const [range] = errorDetailsOf(below.error ?? {}).map(({ value }) => ResumeRange.decode(value));
  expect(range).toMatchObject({ floorRevision: 4n, headRevision: 6n });
  expect((await failureOf(list(store, { namespace, revision: 3n }))).code).toBe(status.OUT_OF_RANGE);
});

test("a watch that is up to date does not notice", async () => {
  const watching = watch(store, { namespace, resumeRevision: 6n });
  await compact(store, namespace, 6n);
  await put(store, note({ namespace, id: a, name: "a3" }));
  await delivered(watching, 7n);
  expect(told(watching)).toEqual(["+a3@7"]);
  watching.stream.cancel();
});

test("a long past goes in many transactions, while writes go on", async ({ database }) => {
  for (let round = 0; round < 30; round++) {
    const puts = Array.from({ length: 100 }, async (_, index) =>
      put(
        store,
        note({ namespace, id: `0d000000-0000-4000-8000-${String(index).padStart(12, "0")}`, text: `${round}` }),
      ),
    );
    await Promise.all(puts);
  }
  const { revision } = await list(store, { namespace });
  const writing = Array.from({ length: 20 }, async (_, index) =>
    put(store, note({ namespace, id: c, name: `${index}` })),
  );
  await Promise.all([compact(store, namespace, revision), compact(store, namespace, revision - 1n), ...writing]);
  const [count] = await withSession(
    database,
    async (sql) => sql<{ events: number }[]>`
      SELECT count(*)::int AS events FROM protomesh.event WHERE namespace = ${namespace} AND revision <= ${revision}`,
  );
  expect(count?.events).toBe((await list(store, { namespace, revision })).resources.length);
});

test("beyond the head there is nothing to compact, and a negative revision is refused", async () => {
  expect((await failureOf(compact(store, namespace, 7n))).code).toBe(status.FAILED_PRECONDITION);
  expect(violatedFields(await failureOf(compact(store, namespace, -1n)))).toEqual(["up_to_revision"]);
  expect((await compact(store, randomUUID(), 0n)).floorRevision).toBe(0n);
});

test("two stores that compact on schedule, by count, follow the head together", async ({ database }) => {
  const schedule = { "store.compaction.interval": 100, "store.compaction.max.revisions": 2 } as const;
  const stores = await Promise.all([startStore(database, schedule), startStore(database, schedule)]);
  try {
    // The floor is 4 then.
    await until(async () => (await events()).length === 5, "all but the newest two revisions are compacted");
    const [first] = stores;
    await put(first, note({ namespace, id: a, name: "a3" }));
    await until(async () => (await events()).join() === "+c1@3,+a2@4,+c2@6,+a3@7", "compaction follows the head");
  } finally {
    await Promise.all(stores.map(async (each) => each.stop()));
  }
});

test("by age, what is younger stays", async ({ database }) => {
  await withSession(
    database,
    async (sql) => sql`
      UPDATE protomesh.event SET at = at - interval '2 hours' WHERE namespace = ${namespace} AND revision <= 4`,
  );
  const other = await startStore(database, { "store.compaction.interval": 100, "store.compaction.max.age": 3_600_000 });
  try {
    await until(async () => (await events()).length === 5, "what is older is compacted");
    expect(await events()).toEqual(["+b1@2", "+c1@3", "+a2@4", "-b1@5", "+c2@6"]);
  } finally {
    await other.stop();
  }
});

test("request ids and removed statuses expire, younger and present ones stay", async ({ database }) => {
  for (const requestId of ["old", "young"])
    await put(store, note({ namespace, id: a, name: requestId }), { requestId });
  const report = async (reporter: string, types: string[]): Promise<void> => {
    const said = ResourceStatus.fromPartial({ resourceId: a, reporter, conditions: types.map((type) => ({ type })) });
    await call((done) => store.client.reportStatus({ namespace, statuses: [said] }, done));
  };
  for (const reporter of ["removed", "removed just now", "present"]) await report(reporter, ["Accepted"]);
  for (const reporter of ["removed", "removed just now"]) await report(reporter, []);
  await withSession(database, async (sql) => {
    await sql`UPDATE protomesh.request SET at = at - interval '2 days' WHERE namespace = ${namespace} AND id = 'old'`;
    await sql`
      UPDATE protomesh.status SET reported_at = reported_at - interval '2 hours'
        WHERE namespace = ${namespace} AND reporter IN ('removed', 'present')`;
  });
  const left = async () =>
    withSession(database, async (sql) => {
      const requests = await sql<
        { what: string }[]
      >`SELECT id AS what FROM protomesh.request WHERE namespace = ${namespace}`;
      const statuses = await sql<{ what: string }[]>`
        SELECT reporter AS what FROM protomesh.status WHERE namespace = ${namespace} ORDER BY reporter`;
      return [...requests, ...statuses].map(({ what }) => what);
    });
  const other = await startStore(database, { "store.compaction.interval": 100 });
  try {
    await until(async () => (await left()).length === 3, "what is old is forgotten");
    expect(await left()).toEqual(["young", "present", "removed just now"]);
  } finally {
    await other.stop();
  }
});

test("what an instance says is removed when it has not told of itself for an hour, and who watches hears of it", async ({
  database,
}) => {
  const instance = "00000000-0000-0000-0000-000000000000";
  const say = async (resourceId: string, reporter: string): Promise<void> => {
    const conditions = [{ type: "Programmed" }];
    const statuses = [ResourceStatus.fromPartial({ resourceId, reporter, conditions })];
    await call((done) => store.client.reportStatus({ namespace, statuses }, done));
  };
  for (const reporter of ["xds/gone", "xds/here", "worker", "gateway/new"]) {
    if (reporter !== "gateway/new") await say(instance, reporter);
    await say(a, reporter);
  }
  await withSession(
    database,
    async (sql) => sql`
      UPDATE protomesh.status SET reported_at = reported_at - interval '2 hours'
        WHERE namespace = ${namespace} AND reporter <> 'gateway/new'`,
  );
  // It says the same as before: that it is there.
  await say(instance, "xds/here");

  const known = new Set<string>();
  const removed: string[] = [];
  const key = ({ reporter, resourceId }: ResourceStatus): string =>
    `${reporter} ${resourceId === instance ? "itself" : "of a resource"}`;
  const watching = store.client.watchStatus({ namespace, resourceIds: [], reporters: [] });
  watching.on("error", () => {});
  watching.on("data", ({ updatedStatuses, removedStatuses }: WatchStatusResponse) => {
    for (const said of updatedStatuses) known.add(key(said));
    for (const said of removedStatuses) {
      known.delete(key(said));
      removed.push(key(said));
    }
  });
  await until(() => known.size === 7, "the statuses are known");
  const other = await startStore(database, { "store.compaction.interval": 100 });
  try {
    await until(() => known.size === 5, "the lapsed reporter's statuses are gone", { last: () => [...known].join() });
    expect(removed.toSorted()).toEqual(["xds/gone itself", "xds/gone of a resource"]);
    expect([...known].toSorted()).toEqual([
      "gateway/new of a resource",
      "worker itself",
      "worker of a resource",
      "xds/here itself",
      "xds/here of a resource",
    ]);
  } finally {
    watching.cancel();
    await other.stop();
  }
});
