import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { errorDetailsOf } from "@protomesh/core";
import { ResumeRange, type HistoryRequest } from "@protomesh/core/api";
import { test } from "@protomesh/testing";
import { expect } from "vitest";
import { apply, drop, failureOf, history, note, put, violatedFields } from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";
import { withSession } from "../testing/session.js";

useStore();

const [a, b] = ["0a000000-0000-4000-8000-000000000000", "0b000000-0000-4000-8000-000000000000"];
/** Versions as one line each: `+text@revision`, or `-` for a drop. */
async function versions(request: Partial<HistoryRequest> = {}): Promise<string[]> {
  return (await history(store, { namespace, ...request }))
    .flatMap(({ entries }) => entries)
    .map(({ revision, resource, dropped }) => `${dropped ? "-" : "+"}${resource?.spec?.value.toString()}@${revision}`);
}

/** a1, b1, a2, a dropped, b2 and a3 in one write: six versions in five revisions. */
async function writeSomeHistory(): Promise<void> {
  await put(store, note({ namespace, id: a, text: "a1" }));
  await put(store, note({ namespace, id: b, text: "b1" }));
  await put(store, note({ namespace, id: a, text: "a2" }));
  await drop(store, namespace, [a]);
  const resources = [note({ namespace, id: b, text: "b2" }), note({ namespace, id: a, text: "a3" })];
  await apply(store, { namespace, resources });
}

const everything = ["+a1@1", "+b1@2", "+a2@3", "-a2@4", "+a3@5", "+b2@5"];

test.for<{ title: string; request: Partial<HistoryRequest>; want: string[] }>([
  {
    title: "of a namespace: each version in revision order, a drop as the resource was last",
    request: {},
    want: everything,
  },
  { title: "above a revision", request: { afterRevision: 3n }, want: everything.slice(3) },
  { title: "up to a revision", request: { upToRevision: 3n }, want: everything.slice(0, 3) },
  { title: "the newest, which may begin within a write", request: { newest: 1 }, want: ["+b2@5"] },
  { title: "the newest of a stretch", request: { newest: 2, upToRevision: 4n }, want: ["+a2@3", "-a2@4"] },
  { title: "of more than there are, all", request: { newest: 100 }, want: everything },
  {
    title: "of one resource: also across a drop",
    request: { resourceId: a },
    want: ["+a1@1", "+a2@3", "-a2@4", "+a3@5"],
  },
  { title: "of one resource above a revision", request: { resourceId: b, afterRevision: 2n }, want: ["+b2@5"] },
  { title: "of one resource up to a revision", request: { resourceId: a, upToRevision: 3n }, want: ["+a1@1", "+a2@3"] },
  {
    title: "the newest of one resource in a stretch",
    request: { resourceId: a, upToRevision: 4n, newest: 2 },
    want: ["+a2@3", "-a2@4"],
  },
  { title: "an id in another form", request: { resourceId: a.toUpperCase(), newest: 1 }, want: ["+a3@5"] },
  { title: "of a resource that never was: nothing", request: { resourceId: randomUUID() }, want: [] },
])("history $title", async ({ request, want }) => {
  await writeSomeHistory();
  expect(await versions(request)).toEqual(want);
});

test("a version carries the resource as it was written, its time, and the history's name", async () => {
  const resource = note({ namespace, id: a, text: "as sent" });
  const { version, history: name } = await put(store, resource);
  const entry = {
    revision: 1n,
    timestamp: version?.timestamp,
    resource: { ...resource, version: { ...version, createdIndex: 1n } },
    dropped: false,
    author: "",
  };
  expect(await history(store, { namespace })).toEqual([{ entries: [entry], history: name }]);
});

test("a namespace that nothing was written to has an empty history with a name", async () => {
  expect(await history(store, { namespace })).toEqual([{ entries: [], history: expect.stringMatching(/.+/) }]);
});

test("a long history comes in many responses, each version once", async () => {
  const megabyte = 1024 * 1024;
  const texts = Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(megabyte - 1_000, "."));
  for (const text of texts) await put(store, note({ namespace, id: a, text }));
  for (const resourceId of ["", a]) {
    const responses = await history(store, { namespace, resourceId });
    expect(responses.length).toBe(texts.length);
    const read = responses.flatMap(({ entries }) => entries.map(({ resource }) => resource?.spec?.value.toString()));
    expect(read).toEqual(texts);
  }
  const short = Array.from({ length: 1_203 }, (_, index) => note({ namespace, id: randomUUID(), text: `${index}` }));
  await apply(store, { namespace, resources: short });
  const read = await versions({ afterRevision: 12n });
  expect([read.length, new Set(read).size]).toEqual([1_203, 1_203]);
});

test("a client may go away in the middle, and nothing is left waiting for it", async () => {
  const resources = Array.from({ length: 3 }, () => note({ namespace, id: randomUUID(), text: "x".repeat(900_000) }));
  for (const resource of resources) await put(store, resource);
  const stream = store.client.history({ namespace, resourceId: "", afterRevision: 0n, upToRevision: 0n, newest: 0 });
  const ended = new Promise<unknown>((resolve) => stream.on("error", resolve));
  await new Promise((resolve) => stream.once("data", resolve));
  stream.cancel();
  expect(await ended).toMatchObject({ code: status.CANCELLED });
  expect((await versions()).length).toBe(3);
});

test.for<{ title: string; request: Partial<HistoryRequest>; field: string }>([
  { title: "an empty namespace", request: { namespace: "" }, field: "namespace" },
  { title: "an id that is no UUID", request: { resourceId: "7" }, field: "resource_id" },
  { title: "a negative revision", request: { afterRevision: -1n }, field: "after_revision" },
  { title: "an end before the beginning", request: { afterRevision: 3n, upToRevision: 2n }, field: "up_to_revision" },
  { title: "a negative count", request: { newest: -1 }, field: "newest" },
])("$title is refused by name", async ({ request, field }) => {
  const error = await failureOf(history(store, { namespace, ...request }));
  expect(error.code).toBe(status.INVALID_ARGUMENT);
  expect(violatedFields(error)).toEqual([field]);
});

test("below the floor is out of range, beyond the head does not exist, and both say what is there", async ({
  database,
}) => {
  await writeSomeHistory();
  await withSession(
    database,
    async (sql) => sql`UPDATE protomesh.namespace SET floor_revision = 3 WHERE name = ${namespace}`,
  );
  const below = await failureOf(history(store, { namespace, afterRevision: 2n }));
  const beyond = await failureOf(history(store, { namespace, upToRevision: 6n }));
  expect([below.code, beyond.code]).toEqual([status.OUT_OF_RANGE, status.FAILED_PRECONDITION]);
  for (const error of [below, beyond]) {
    const [range] = errorDetailsOf(error).map(({ value }) => ResumeRange.decode(value));
    expect(range).toMatchObject({ floorRevision: 3n, headRevision: 5n });
  }
  expect(await versions({ afterRevision: 3n })).toEqual(everything.slice(3));
});
