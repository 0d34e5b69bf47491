import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { errorDetailsOf, resourceHash } from "@protomesh/core";
import { ApplyResult_Outcome, VersionConflict } from "@protomesh/core/api";
import { test } from "@protomesh/testing";
import { beforeEach, expect } from "vitest";
import { apply, drop, failureOf, get, list, note, put, violatedFields } from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";

useStore();

let [a, b, c] = ["", "", ""];
beforeEach(() => {
  [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
});

const { CREATED, CHANGED, UNCHANGED, DROPPED, ABSENT } = ApplyResult_Outcome;

async function names(): Promise<string[]> {
  return (await list(store, { namespace })).resources.map(({ name }) => name).sort();
}

test("a put resource is got back as it was sent, with its hash, and the revision as its index", async () => {
  const resource = note({ namespace, id: a, name: "first", text: "hello" });
  const { version, history } = await put(store, resource);
  expect(version).toMatchObject({ index: 1n, sha256Hash: resourceHash(resource) });
  expect(await get(store, namespace, a)).toEqual({
    history,
    resource: { ...resource, version: { ...version, createdIndex: 1n } },
  });
});

test("an unchanged resource is not written again", async () => {
  const first = await put(store, note({ namespace, id: a }));
  await put(store, note({ namespace, id: b }));
  expect(await put(store, note({ namespace, id: a }))).toEqual(first);
  expect((await list(store, { namespace })).revision).toBe(2n);
});

test("an id in another form means the same resource, and answers carry the canonical one", async () => {
  await put(store, note({ namespace, id: `urn:uuid:${a.toUpperCase()}`, name: "shouted" }));
  expect((await get(store, namespace, `{${a}}`)).resource).toMatchObject({ id: a, name: "shouted" });
  expect((await drop(store, namespace, [a.replaceAll("-", "")])).droppedIds).toEqual([a]);
});

test("the nil UUID is an id like others", async () => {
  const nil = "00000000-0000-0000-0000-000000000000";
  await put(store, note({ namespace, id: nil, name: "nil" }));
  expect(await names()).toEqual(["nil"]);
});

test("names and types that look like SQL or array syntax are kept as they are", async () => {
  const name = String.raw`"}', NULL, \x41 {"; DROP TABLE x; -- 'ü' 🚀`;
  await put(store, note({ namespace, id: a, name, typeUrl: String.raw`type.example/{"a\"b",NULL}`, text: "\0\xff" }));
  expect((await get(store, namespace, a)).resource).toMatchObject({
    name,
    spec: { typeUrl: String.raw`type.example/{"a\"b",NULL}` },
  });
});

test("a spec of a kind that is not known is kept byte for byte", async () => {
  const value = Buffer.from([0, 1, 2, 0xff, 0xfe, 0x22, 0x5c]);
  await put(store, { ...note({ namespace, id: a }), spec: { typeUrl: "example/Bytes", value } });
  expect((await get(store, namespace, a)).resource?.spec).toEqual({ typeUrl: "example/Bytes", value });
});

test("dropped are those that are there, as one revision; the others are passed over", async () => {
  await put(store, note({ namespace, id: a }));
  await put(store, note({ namespace, id: b }));
  expect(await drop(store, namespace, [a, c, b, a])).toMatchObject({ revision: 3n, droppedIds: [a, b] });
  expect(await drop(store, namespace, [a])).toMatchObject({ revision: 3n, droppedIds: [] });
  expect(await drop(store, namespace, [])).toMatchObject({ revision: 3n, droppedIds: [] });
  expect(await failureOf(get(store, namespace, a))).toMatchObject({ code: status.NOT_FOUND });
});

test("a dropped id can be used again", async () => {
  await put(store, note({ namespace, id: a }));
  await drop(store, namespace, [a]);
  expect((await put(store, note({ namespace, id: a }))).version?.index).toBe(3n);
});

test("namespaces do not see each other, and count for themselves", async () => {
  const other = randomUUID();
  await put(store, note({ namespace, id: a, name: "mine" }));
  expect((await put(store, note({ namespace: other, id: a, name: "theirs" }))).version?.index).toBe(1n);
  await drop(store, other, [a]);
  expect((await get(store, namespace, a)).resource?.name).toBe("mine");
  expect((await list(store, { namespace: randomUUID() })).resources).toEqual([]);
});

test("compare-and-set writes only over the expected version", async () => {
  expect((await put(store, note({ namespace, id: a, text: "1" }), { expectedIndex: 0n })).version?.index).toBe(1n);
  expect((await put(store, note({ namespace, id: a, text: "2" }), { expectedIndex: 1n })).version?.index).toBe(2n);

  const late = await failureOf(put(store, note({ namespace, id: a, text: "3" }), { expectedIndex: 1n }));
  expect(late.code).toBe(status.ABORTED);
  const [detail] = errorDetailsOf(late);
  expect(VersionConflict.decode(detail?.value ?? Buffer.alloc(0))).toMatchObject({
    resourceId: a,
    current: { index: 2n },
  });

  const gone = await failureOf(put(store, note({ namespace, id: b }), { expectedIndex: 1n }));
  expect(VersionConflict.decode(errorDetailsOf(gone)[0]?.value ?? Buffer.alloc(0))).toEqual({
    resourceId: b,
    current: undefined,
  });
  const there = await failureOf(put(store, note({ namespace, id: a, text: "3" }), { expectedIndex: 0n }));
  expect(there.code).toBe(status.ABORTED);
  expect(await failureOf(drop(store, namespace, [a], { expectedIndexes: { [a]: 1n } }))).toMatchObject({
    code: status.ABORTED,
  });
  expect((await drop(store, namespace, [a], { expectedIndexes: { [a]: 2n } })).droppedIds).toEqual([a]);
  expect((await put(store, note({ namespace, id: a, text: "4" }), { expectedIndex: 0n })).version?.index).toBe(4n);
});

test("of many compare-and-set writes at once, exactly one wins", async () => {
  const writes = Array.from({ length: 20 }, async (_, index) =>
    put(store, note({ namespace, id: a, text: String(index) }), { expectedIndex: 0n }).then(
      () => "won",
      () => "lost",
    ),
  );
  const ends = await Promise.all(writes);
  expect(ends.filter((end) => end === "won")).toHaveLength(1);
});

test("a request with an id is carried out once, and answered again", async () => {
  const first = await put(store, note({ namespace, id: a, text: "1" }), { requestId: "r1" });
  await put(store, note({ namespace, id: a, text: "2" }));
  expect(await put(store, note({ namespace, id: a, text: "1" }), { requestId: "r1" })).toEqual(first);
  expect((await get(store, namespace, a)).resource?.spec?.value.toString()).toBe("2");

  const dropped = await drop(store, namespace, [a, b], { requestId: "r2" });
  await put(store, note({ namespace, id: a, text: "3" }));
  expect(await drop(store, namespace, [a, b], { requestId: "r2" })).toEqual(dropped);
  expect((await get(store, namespace, a)).resource?.spec?.value.toString()).toBe("3");
});

test("the same request many times at once is carried out once", async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => put(store, note({ namespace, id: a, text: "once" }), { requestId: "r" })),
  );
  expect(new Set(answers.map(({ version }) => version?.index))).toEqual(new Set([1n]));
});

test("another request under a used id is refused", async () => {
  await put(store, note({ namespace, id: a, text: "1" }), { requestId: "r" });
  const error = await failureOf(put(store, note({ namespace, id: a, text: "2" }), { requestId: "r" }));
  expect(error.code).toBe(status.INVALID_ARGUMENT);
  expect(violatedFields(error)).toEqual(["request_id"]);
});

test("a request that met a conflict may be sent again under its id", async () => {
  await put(store, note({ namespace, id: a, text: "1" }));
  const again = async () => put(store, note({ namespace, id: b, text: "2" }), { requestId: "r", expectedIndex: 0n });
  await put(store, note({ namespace, id: b, text: "in the way" }));
  expect(await failureOf(again())).toMatchObject({ code: status.ABORTED });
  await drop(store, namespace, [b]);
  expect((await again()).version?.index).toBe(4n);
});

test("apply writes and drops as one revision, and says what became of each", async () => {
  await put(store, note({ namespace, id: a, name: "a" }));
  await put(store, note({ namespace, id: b, name: "b" }));
  const gone = randomUUID();
  const answer = await apply(store, {
    namespace,
    resources: [
      note({ namespace, id: a, name: "a" }),
      note({ namespace: "", id: b, name: "b", text: "new" }),
      note({ namespace, id: c, name: "c" }),
    ],
    dropIds: [gone],
  });
  expect(answer.revision).toBe(3n);
  expect(answer.results.map(({ resourceId, outcome, version }) => [resourceId, outcome, version?.index])).toEqual([
    [a, UNCHANGED, 1n],
    [b, CHANGED, 3n],
    [c, CREATED, 3n],
    [gone, ABSENT, undefined],
  ]);
});

test("apply writes nothing where one expected version does not match", async () => {
  await put(store, note({ namespace, id: a, name: "a" }));
  const error = await failureOf(
    apply(store, {
      namespace,
      resources: [note({ namespace, id: b, name: "b" })],
      dropIds: [a],
      expectedIndexes: { [a]: 7n },
    }),
  );
  expect(error.code).toBe(status.ABORTED);
  expect(await names()).toEqual(["a"]);
});

test("what left an apply set is dropped; what never was in it stays", async () => {
  const set = { namespace, applySet: "team-x" };
  await put(store, note({ namespace, id: randomUUID(), name: "stranger" }));
  await apply(store, {
    ...set,
    resources: [note({ id: a, namespace, name: "a" }), note({ id: b, namespace, name: "b" })],
  });
  await apply(store, {
    namespace,
    applySet: "other",
    resources: [note({ id: randomUUID(), namespace, name: "other" })],
  });
  const answer = await apply(store, {
    ...set,
    resources: [note({ id: a, namespace, name: "a" }), note({ id: c, namespace, name: "c" })],
  });
  expect(answer.results.map(({ resourceId, outcome }) => [resourceId, outcome])).toEqual([
    [a, UNCHANGED],
    [c, CREATED],
    [b, DROPPED],
  ]);
  expect(await names()).toEqual(["a", "c", "other", "stranger"]);
  await apply(store, { ...set, resources: [] });
  expect(await names()).toEqual(["other", "stranger"]);
});

test("a resource that is put without a set stays a member; one that another set applies goes over to it", async () => {
  const resource = note({ id: a, namespace, name: "a" });
  await apply(store, { namespace, applySet: "one", resources: [resource] });
  await put(store, note({ id: a, namespace, name: "a", text: "changed by hand" }));
  await apply(store, {
    namespace,
    applySet: "two",
    resources: [note({ id: a, namespace, name: "a", text: "changed by hand" })],
  });
  await apply(store, { namespace, applySet: "one", resources: [] });
  expect(await names()).toEqual(["a"]);
  await apply(store, { namespace, applySet: "two", resources: [] });
  expect(await names()).toEqual([]);
});

test("a dry run says what would happen, and writes nothing", async () => {
  await apply(store, {
    namespace,
    applySet: "set",
    resources: [note({ id: a, namespace, name: "a" }), note({ id: b, namespace, name: "b" })],
  });
  const dry = await apply(store, {
    namespace,
    applySet: "set",
    dryRun: true,
    resources: [note({ id: a, namespace, name: "a" }), note({ id: c, namespace, name: "c" })],
  });
  expect(dry.results.map(({ resourceId, outcome, version }) => [resourceId, outcome, version?.index])).toEqual([
    [a, UNCHANGED, 1n],
    [c, CREATED, 0n],
    [b, DROPPED, 0n],
  ]);
  expect(dry.revision).toBe(1n);
  expect(await names()).toEqual(["a", "b"]);
  expect((await put(store, note({ namespace, id: c }))).version?.index).toBe(2n);
});

test("an apply of nothing answers the head", async () => {
  await put(store, note({ namespace, id: a }));
  expect(await apply(store, { namespace })).toMatchObject({ results: [], revision: 1n });
});

test("many writes at once each get their own answer, and the revisions have no gap", async () => {
  const ids = Array.from({ length: 300 }, () => randomUUID());
  const answers = await Promise.all(ids.map(async (id) => put(store, note({ namespace, id, text: id }))));
  const indexes = answers.map(({ version }) => Number(version?.index)).sort((x, y) => x - y);
  expect(indexes).toEqual(ids.map((_, index) => index + 1));
});
