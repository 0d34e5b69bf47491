import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { ApplyResult_Outcome } from "@protomesh/core/api";
import { test } from "@protomesh/testing";
import { beforeEach, expect } from "vitest";
import {
  apply,
  compact,
  delivered,
  drop,
  failureOf,
  list,
  note,
  put,
  rollback,
  told,
  violatedFields,
  watch,
} from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";

useStore();

let [kept, changed, dropped, added] = ["", "", "", ""];

/** At revision 3 there are `kept`, `changed` and `dropped`; afterwards one is changed, one dropped and one added. */
beforeEach(async () => {
  [kept, changed, dropped, added] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await put(store, note({ namespace, id: kept, name: "kept" }));
  await put(store, note({ namespace, id: changed, name: "before" }));
  await put(store, note({ namespace, id: dropped, name: "dropped" }));
  await put(store, note({ namespace, id: changed, name: "after" }));
  await drop(store, namespace, [dropped]);
  await put(store, note({ namespace, id: added, name: "added" }));
});

async function names(): Promise<string[]> {
  return (await list(store, { namespace })).resources.map(({ name }) => name).sort();
}

const { CREATED, CHANGED, DROPPED } = ApplyResult_Outcome;

function outcomes({ results }: { results: { resourceId: string; outcome: string }[] }): Record<string, string> {
  return Object.fromEntries(results.map(({ resourceId, outcome }) => [resourceId, outcome]));
}

test("a namespace is written back as one new revision, of which only what differs is told", async () => {
  const before = await list(store, { namespace, revision: 3n });
  const watching = watch(store, { namespace, resumeRevision: 6n });
  const answer = await rollback(store, namespace, 3n);
  expect(answer.revision).toBe(7n);
  expect(outcomes(answer)).toEqual({ [changed]: CHANGED, [dropped]: CREATED, [added]: DROPPED });
  expect(await names()).toEqual(["before", "dropped", "kept"]);
  const hashes = (resources: typeof before.resources) => resources.map(({ id, version }) => [id, version?.sha256Hash]);
  expect(hashes((await list(store, { namespace })).resources)).toEqual(hashes(before.resources));

  await delivered(watching, 7n);
  expect(told(watching).sort()).toEqual(["+before@7", "+dropped@7", "-added@7"]);
  watching.stream.cancel();
});

test("a rollback can itself be rolled back, and one that changes nothing writes nothing", async () => {
  await rollback(store, namespace, 3n);
  expect((await rollback(store, namespace, 6n)).revision).toBe(8n);
  expect(await names()).toEqual(["added", "after", "kept"]);
  expect(await rollback(store, namespace, 8n)).toMatchObject({ results: [], revision: 8n });
  expect(await rollback(store, namespace, 6n)).toMatchObject({ results: [], revision: 8n });
});

test("the revision before the first write is an empty namespace", async () => {
  await rollback(store, namespace, 0n);
  expect(await names()).toEqual([]);
});

test("a dry run says what would happen, and writes nothing", async () => {
  const answer = await rollback(store, namespace, 3n, { dryRun: true });
  expect(outcomes(answer)).toEqual({ [changed]: CHANGED, [dropped]: CREATED, [added]: DROPPED });
  expect(answer.revision).toBe(6n);
  expect(answer.results.every(({ version }) => version?.index === 0n)).toBe(true);
  expect((await list(store, { namespace })).revision).toBe(6n);
});

test("a repeated request id is answered as before, also after later writes, and not carried out again", async () => {
  const first = await rollback(store, namespace, 3n, { requestId: "once" });
  await put(store, note({ namespace, id: kept, name: "later" }));
  expect((await rollback(store, namespace, 3n, { requestId: "once" })).results).toEqual(first.results);
  expect(await names()).toEqual(["before", "dropped", "later"]);
  const other = await failureOf(rollback(store, namespace, 2n, { requestId: "once" }));
  expect(violatedFields(other)).toEqual(["request_id"]);
});

test("writes that come at the same time are before it or after it, never half under it", async () => {
  const ids = Array.from({ length: 20 }, () => randomUUID());
  const pair = (index: number) => ids.slice(index, index + 2);
  const writes = Array.from({ length: 19 }, async (_, index) =>
    apply(store, { namespace, resources: pair(index).map((id) => note({ namespace, id, name: `${index}` })) }),
  );
  const rollbacks = Array.from({ length: 5 }, async () => rollback(store, namespace, 6n));
  const revisions = (await Promise.all([...writes, ...rollbacks])).map(({ revision }) => revision);
  const head = (await list(store, { namespace })).revision;
  expect(revisions.every((revision) => revision <= head)).toBe(true);
  const last = await rollback(store, namespace, 6n);
  expect(await names()).toEqual(["added", "after", "kept"]);
  expect(last.revision).toBeLessThanOrEqual(head + 1n);
});

test("below the floor is out of range, beyond the head does not exist, and a negative one is refused", async () => {
  await compact(store, namespace, 4n);
  expect((await failureOf(rollback(store, namespace, 3n))).code).toBe(status.OUT_OF_RANGE);
  expect((await failureOf(rollback(store, namespace, 7n))).code).toBe(status.FAILED_PRECONDITION);
  expect(violatedFields(await failureOf(rollback(store, namespace, -1n)))).toEqual(["to_revision"]);
  expect(await names()).toEqual(["added", "after", "kept"]);
  await rollback(store, namespace, 4n);
  expect(await names()).toEqual(["after", "dropped", "kept"]);
});
