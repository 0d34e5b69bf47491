import { randomUUID } from "node:crypto";
import type { Resource } from "@protomesh/core/api";
import { test } from "@protomesh/testing";
import { beforeEach, expect } from "vitest";
import {
  apply,
  compact,
  delivered,
  drop,
  get,
  history,
  list,
  note,
  put,
  watch,
  type Watching,
} from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";

useStore();

let [a, b] = ["", ""];
beforeEach(() => {
  [a, b] = [randomUUID(), randomUUID()];
});

/** `name@index from created_index`, in the order that they were told. */
function ages(resources: readonly Resource[]): string[] {
  return resources.map(({ name, version }) => `${name}@${version?.index} from ${version?.createdIndex}`);
}

const agesTold = ({ responses }: Watching) => ages(responses.flatMap((each) => each.updatedResources));

/** Created, changed, dropped and created again; beside it one that one write creates with a change of the other. */
async function writeLives(): Promise<void> {
  await put(store, note({ namespace, id: a, name: "a" }));
  await put(store, note({ namespace, id: a, name: "a", text: "changed" }));
  await put(store, note({ namespace, id: a, name: "a", text: "changed again" }));
  await drop(store, namespace, [a]);
  await put(store, note({ namespace, id: a, name: "a" }));
  const resources = [note({ namespace, id: a, name: "a", text: "more" }), note({ namespace, id: b, name: "b" })];
  await apply(store, { namespace, resources });
  await put(store, note({ namespace, id: b, name: "b", text: "changed" }));
}

const lives = ["a@1 from 1", "a@2 from 1", "a@3 from 1", "a@5 from 5", "a@6 from 5", "b@6 from 6", "b@7 from 6"];

test("whoever watches is told the revision that created a resource, with each change", async () => {
  const watched = watch(store, { namespace });
  await delivered(watched, 0n);
  await writeLives();
  await delivered(watched, 7n);
  watched.stream.cancel();
  expect(agesTold(watched).toSorted()).toEqual(lives);
});

test("who resumes, and who asks for the history, is told the same", async () => {
  await writeLives();
  const watched = watch(store, { namespace, resumeRevision: 0n });
  await delivered(watched, 7n);
  watched.stream.cancel();
  const entries = (await history(store, { namespace })).flatMap((response) => response.entries);
  const versions = entries.flatMap(({ resource, dropped }) => (resource === undefined || dropped ? [] : [resource]));
  expect(agesTold(watched).toSorted()).toEqual(lives);
  expect(ages(versions).toSorted()).toEqual(lives);
});

test("who begins later is told the same: by a watch, a list and a single read", async () => {
  await writeLives();
  const now = ["a@6 from 5", "b@7 from 6"];
  const watched = watch(store, { namespace });
  await delivered(watched, 7n);
  watched.stream.cancel();
  expect(agesTold(watched).toSorted()).toEqual(now);
  expect(ages((await list(store, { namespace })).resources).toSorted()).toEqual(now);
  expect(ages((await list(store, { namespace, revision: 3n })).resources)).toEqual(["a@3 from 1"]);
  const { resource } = await get(store, namespace, b);
  expect(resource && ages([resource])).toEqual(["b@7 from 6"]);
});

test("a compaction of the versions makes no resource younger", async () => {
  await writeLives();
  await compact(store, namespace, 7n);
  await put(store, note({ namespace, id: a, name: "a", text: "after it" }));
  expect(ages((await list(store, { namespace })).resources).toSorted()).toEqual(["a@8 from 5", "b@7 from 6"]);
});
