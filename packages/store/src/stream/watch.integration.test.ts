import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { errorDetailsOf } from "@protomesh/core";
import { ResumeRange, type WatchResourcesRequest } from "@protomesh/core/api";
import { httpIngress, service, test, until } from "@protomesh/testing";
import { afterEach, beforeEach, expect } from "vitest";
import { apply, delivered, drop, note, put, told, watch, type Watching } from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";
import { withSession } from "../testing/session.js";

useStore({ "store.limits.ring": 20_000 });

let [a, b] = ["", ""];
let watches: Watching[] = [];
beforeEach(() => {
  [a, b] = [randomUUID(), randomUUID()];
});
afterEach(() => {
  for (const { stream } of watches) stream.cancel();
  watches = [];
});

function watching(request: Partial<WatchResourcesRequest> = {}): Watching {
  const started = watch(store, { namespace, ...request });
  watches.push(started);
  return started;
}

/** How a watch that cannot begin, or cannot go on, ends. */
async function endOf(watched: Watching) {
  const error = await until(() => watched.error, "the watch ends");
  const [detail] = errorDetailsOf(error);
  return { code: error.code, range: detail && ResumeRange.decode(detail.value) };
}

test("the state comes first, then end_of_list, then each change as it commits", async () => {
  await put(store, note({ namespace, id: a, name: "a" }));
  const watched = watching();
  await delivered(watched, 1n);
  await put(store, note({ namespace, id: b, name: "b" }));
  await put(store, note({ namespace, id: a, name: "a", text: "more" }));
  await drop(store, namespace, [b]);
  await delivered(watched, 4n);
  expect(told(watched)).toEqual(["+a@1", "+b@2", "+a@3", "-b@4"]);
});

test("a namespace that nothing was ever written to has an empty state at revision 0", async () => {
  const watched = watching();
  await delivered(watched, 0n);
  expect(watched.responses[0]).toMatchObject({
    updatedResources: [],
    droppedResources: [],
    endOfList: true,
    revision: 0n,
  });
  await put(store, note({ namespace, id: a, name: "a" }));
  await delivered(watched, 1n);
  expect(told(watched)).toEqual(["+a@1"]);
});

test("a dropped resource is told as it was last, and its index is the drop's revision", async () => {
  await put(store, note({ namespace, id: a, name: "a", text: "last words" }));
  const watched = watching();
  await delivered(watched, 1n);
  await drop(store, namespace, [a]);
  await delivered(watched, 2n);
  const [dropped] = watched.responses.flatMap(({ droppedResources }) => droppedResources);
  expect(dropped).toMatchObject({ id: a, name: "a", version: { index: 2n } });
  expect(dropped?.spec?.value.toString()).toBe("last words");
});

test("for clients from before this API's additions, resources and end_of_list never share a response", async () => {
  await put(store, note({ namespace, id: a, name: "a" }));
  const watched = watching({ mergedEndOfList: false });
  await delivered(watched, 1n);
  await put(store, note({ namespace, id: b, name: "b" }));
  await delivered(watched, 2n);
  const shapes = watched.responses.map(({ updatedResources, endOfList }) => [updatedResources.length, endOfList]);
  expect(shapes).toEqual([
    [1, false],
    [0, true],
    [1, false],
    [0, true],
  ]);
});

test("one write's changes arrive together, and their end_of_list after them", async () => {
  await put(store, note({ namespace, id: a, name: "a" }));
  const watched = watching({ resumeRevision: 1n });
  await delivered(watched, 1n);
  const ids = Array.from({ length: 50 }, () => randomUUID());
  await apply(store, { namespace, resources: ids.map((id) => note({ namespace, id })), dropIds: [a] });
  await delivered(watched, 2n);
  const whole = watched.responses.find(({ updatedResources }) => updatedResources.length > 0);
  expect(whole).toMatchObject({ endOfList: true, revision: 2n });
  expect(whole?.updatedResources).toHaveLength(50);
  expect(whole?.droppedResources.map(({ id }) => id)).toEqual([a]);
});

test("a watch resumes after any revision, without the state", async () => {
  for (const text of ["1", "2", "3"]) await put(store, note({ namespace, id: a, name: "a", text }));
  const watched = watching({ resumeRevision: 1n });
  await delivered(watched, 3n);
  await put(store, note({ namespace, id: b, name: "b" }));
  await delivered(watched, 4n);
  expect(told(watched)).toEqual(["+a@2", "+a@3", "+b@4"]);
});

test("a watch that resumes at the head is told at once that it is up to date", async () => {
  await put(store, note({ namespace, id: a }));
  const watched = watching({ resumeRevision: 1n });
  await delivered(watched, 1n);
  expect(told(watched)).toEqual([]);
});

test("a resume beyond the head is FAILED_PRECONDITION, with what there is", async () => {
  await put(store, note({ namespace, id: a }));
  expect(await endOf(watching({ resumeRevision: 2n }))).toMatchObject({
    code: status.FAILED_PRECONDITION,
    range: { floorRevision: 0n, headRevision: 1n },
  });
});

test("a resume of another history is OUT_OF_RANGE, as after a compaction", async () => {
  await put(store, note({ namespace, id: a }));
  const { range, code } = await endOf(watching({ resumeRevision: 1n, resumeHistory: "another" }));
  expect({ code, head: range?.headRevision }).toEqual({ code: status.OUT_OF_RANGE, head: 1n });
  const watched = watching({ resumeRevision: 1n, resumeHistory: range?.history ?? "" });
  await delivered(watched, 1n);
});

test("a resume below the floor is OUT_OF_RANGE, with the floor; at the floor it works", async ({ database }) => {
  for (const text of ["1", "2", "3"]) await put(store, note({ namespace, id: a, name: "a", text }));
  await withSession(database, async (sql) => {
    await sql`UPDATE protomesh.namespace SET floor_revision = 2 WHERE name = ${namespace}`;
    await sql`DELETE FROM protomesh.event WHERE namespace = ${namespace} AND revision < 2`;
  });
  expect(await endOf(watching({ resumeRevision: 1n }))).toMatchObject({
    code: status.OUT_OF_RANGE,
    range: { floorRevision: 2n, headRevision: 3n },
  });
  const watched = watching({ resumeRevision: 2n });
  await delivered(watched, 3n);
  expect(told(watched)).toEqual(["+a@3"]);
});

test("a resume below 0 and a watch of no namespace are INVALID_ARGUMENT", async () => {
  expect(await endOf(watching({ resumeRevision: -1n }))).toMatchObject({ code: status.INVALID_ARGUMENT });
  expect(await endOf(watching({ namespace: "" }))).toMatchObject({ code: status.INVALID_ARGUMENT });
});

test("only resources of the kinds asked for, in the state and in the changes", async () => {
  const [one, two] = [service({ namespace, name: "one" }), httpIngress({ namespace, name: "two" })];
  await put(store, one);
  await put(store, two);
  const watched = watching({ kinds: ["service"] });
  await delivered(watched, 2n);
  await drop(store, namespace, [two.id]);
  await put(store, httpIngress({ namespace, name: "three" }));
  await drop(store, namespace, [one.id]);
  await delivered(watched, 5n);
  expect(told(watched)).toEqual(["+one@1", "-one@5"]);
});

test("a resource that becomes another kind leaves those who watch the old one", async () => {
  const one = service({ namespace, name: "one" });
  await put(store, one);
  const [old, next] = [watching({ kinds: ["service"] }), watching({ kinds: ["http_ingress"] })];
  await Promise.all([delivered(old, 1n), delivered(next, 1n)]);
  await put(store, { ...httpIngress({ namespace, name: "other" }), id: one.id });
  await Promise.all([delivered(old, 2n), delivered(next, 2n)]);
  expect(told(old)).toEqual(["+one@1", "-other@2"]);
  expect(told(next)).toEqual(["+other@2"]);
});

test("a large state is sent in pages that belong to one revision", async () => {
  const text = "x".repeat(100_000);
  const ids = Array.from({ length: 12 }, () => randomUUID());
  for (const id of ids) await put(store, note({ namespace, id, text }));
  const watched = watching();
  await delivered(watched, 12n);
  const pages = watched.responses.filter(({ updatedResources }) => updatedResources.length > 0);
  expect(pages.length).toBeGreaterThan(2);
  expect(new Set(pages.map(({ revision }) => revision))).toEqual(new Set([12n]));
  expect(pages.flatMap(({ updatedResources }) => updatedResources.map(({ id }) => id))).toEqual(ids.toSorted());
});

test("a watch that the ring has left behind is served from the table, completely and in order", async () => {
  const keeper = watching();
  await delivered(keeper, 0n);
  const text = "x".repeat(1_000);
  const total = 100n;
  for (let index = 0; index < Number(total); index++) await put(store, note({ namespace, id: randomUUID(), text }));
  await delivered(keeper, total);
  const late = watching({ resumeRevision: 3n });
  await delivered(late, total);
  const indexes = late.responses.flatMap(({ updatedResources }) =>
    updatedResources.map(({ version }) => version?.index),
  );
  expect(indexes).toEqual(Array.from({ length: Number(total) - 3 }, (_, index) => BigInt(index + 4)));
});

test("many watches get every change once and in order while many write", async () => {
  const watched = Array.from({ length: 20 }, () => watching());
  await Promise.all(watched.map(async (one) => delivered(one, 0n)));
  const total = 200;
  await Promise.all(Array.from({ length: total }, async () => put(store, note({ namespace, id: randomUUID() }))));
  await Promise.all(watched.map(async (one) => delivered(one, BigInt(total))));
  for (const { responses } of watched) {
    const indexes = responses.flatMap(({ updatedResources }) => updatedResources.map(({ version }) => version?.index));
    expect(indexes).toEqual(Array.from({ length: total }, (_, index) => BigInt(index + 1)));
  }
});

test("a change of the database's history sends every watch away", async ({ database }) => {
  await put(store, note({ namespace, id: a }));
  const watched = watching();
  await delivered(watched, 1n);
  await withSession(database, async (sql) => sql`UPDATE protomesh.history SET salt = gen_random_uuid()`);
  expect(await endOf(watched)).toMatchObject({ code: status.OUT_OF_RANGE });
});
