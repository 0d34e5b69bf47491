import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { ListResourcesRequest, Resource } from "@protomesh/core/api";
import { httpIngress, service, test } from "@protomesh/testing";
import { expect, onTestFinished } from "vitest";
import { delivered, drop, failureOf, get, list, note, put, violatedFields, watch } from "../testing/running-store.js";
import { namespace, store, useStore } from "../testing/store-of-file.js";

useStore();

/** All pages of a list, and how many there were. */
async function pages(
  request: Partial<ListResourcesRequest>,
): Promise<{ resources: Resource[]; count: number; revisions: Set<bigint> }> {
  const resources: Resource[] = [];
  const revisions = new Set<bigint>();
  let pageToken = "";
  let count = 0;
  do {
    const page = await list(store, { namespace, ...request, pageToken });
    resources.push(...page.resources);
    revisions.add(page.revision);
    pageToken = page.nextPageToken;
    count++;
  } while (pageToken !== "");
  return { resources, count, revisions };
}

function texts(resources: readonly Resource[]): string[] {
  return resources.map(({ name, spec }) => `${name}:${spec?.value.toString()}`).sort();
}

test("a list, and a watch that begins with the state, tell of a resource what Get tells", async () => {
  const notes = [
    { name: "plain", text: "some text" },
    { name: "empty", text: "" },
    { name: "Jürgen 山田", text: "\0 ÿ 😀" },
    { name: "l".repeat(200), text: "long ".repeat(30_000) },
  ].map((fields) => note({ namespace, id: randomUUID(), ...fields }));
  for (const each of notes) await put(store, each);
  const [first] = notes;
  if (first !== undefined) await put(store, { ...first, name: "changed" });
  const known = await Promise.all(notes.map(async ({ id }) => (await get(store, namespace, id)).resource));
  const byId = known.toSorted((one, other) => (String(one?.id) < String(other?.id) ? -1 : 1));
  expect((await list(store, { namespace })).resources).toEqual(byId);

  const watching = watch(store, { namespace });
  onTestFinished(() => watching.stream.cancel());
  await delivered(watching, 5n);
  expect(watching.responses.flatMap(({ updatedResources }) => updatedResources)).toEqual(byId);
});

test("pages hold each resource once, in the order of their ids", async () => {
  const ids = Array.from({ length: 7 }, () => randomUUID());
  for (const id of ids) await put(store, note({ namespace, id }));
  const { resources, count } = await pages({ pageSize: 3 });
  expect(resources.map(({ id }) => id)).toEqual(ids.toSorted());
  expect(count).toBe(3);
  expect((await pages({ pageSize: 7 })).count).toBe(1);
});

test("all pages show one revision, whatever is written meanwhile", async () => {
  const ids = Array.from({ length: 4 }, () => randomUUID()).toSorted();
  for (const [index, id] of ids.entries()) await put(store, note({ namespace, id, name: `r${index}`, text: "old" }));
  const first = await list(store, { namespace, pageSize: 1 });
  await put(store, note({ namespace, id: ids[1] ?? "", name: "r1", text: "new" }));
  await put(store, note({ namespace, id: ids[1] ?? "", name: "r1", text: "newer" }));
  await drop(store, namespace, [ids[2] ?? ""]);
  await put(store, note({ namespace, id: `ffffffff${randomUUID().slice(8)}`, name: "added", text: "" }));
  const rest = await list(store, { namespace, pageSize: 1, pageToken: first.nextPageToken });
  const last = await list(store, { namespace, pageSize: 1, pageToken: rest.nextPageToken });
  const after = await list(store, { namespace, pageSize: 1, pageToken: last.nextPageToken });
  expect(after.nextPageToken).toBe("");
  expect(texts([first, rest, last, after].flatMap(({ resources }) => resources))).toEqual([
    "r0:old",
    "r1:old",
    "r2:old",
    "r3:old",
  ]);
  expect(new Set([first, rest, last, after].map(({ revision }) => revision))).toEqual(new Set([4n]));
});

test("the state at each past revision is what it was then", async () => {
  const [a, b] = [randomUUID(), randomUUID()];
  await put(store, note({ namespace, id: a, name: "a", text: "1" }));
  await put(store, note({ namespace, id: b, name: "b", text: "1" }));
  await put(store, note({ namespace, id: a, name: "a", text: "2" }));
  await drop(store, namespace, [a]);
  await put(store, note({ namespace, id: a, name: "a", text: "3" }));
  const states: string[][] = [];
  for (const revision of [1n, 2n, 3n, 4n, 5n])
    states.push(texts((await list(store, { namespace, revision })).resources));
  expect(states).toEqual([["a:1"], ["a:1", "b:1"], ["a:2", "b:1"], ["b:1"], ["a:3", "b:1"]]);
});

test("a revision that does not exist yet is FAILED_PRECONDITION", async () => {
  await put(store, note({ namespace, id: randomUUID() }));
  expect(await failureOf(list(store, { namespace, revision: 2n }))).toMatchObject({ code: status.FAILED_PRECONDITION });
});

test("lists by kind, by type URL and by id", async () => {
  const [one, two, three] = [
    service({ namespace, name: "one" }),
    httpIngress({ namespace, name: "two" }),
    note({ namespace, id: randomUUID(), name: "three" }),
  ];
  for (const resource of [one, two, three]) await put(store, resource);
  const names = async (request: Partial<ListResourcesRequest>) =>
    (await pages(request)).resources.map(({ name }) => name).sort();
  expect(await names({ kinds: ["service"] })).toEqual(["one"]);
  expect(await names({ kinds: ["service", "http_ingress"] })).toEqual(["one", "two"]);
  expect(await names({ kinds: ["type.example/Note"] })).toEqual(["three"]);
  expect(await names({ kinds: [one.spec?.typeUrl ?? ""] })).toEqual(["one", "two"]);
  expect(await names({ resourceIds: [two.id, three.id.toUpperCase(), randomUUID()] })).toEqual(["three", "two"]);
});

test("a page is not larger than clients take", async () => {
  const text = "x".repeat(900_000);
  for (let index = 0; index < 5; index++) await put(store, note({ namespace, id: randomUUID(), text }));
  const { resources, count } = await pages({});
  expect(resources).toHaveLength(5);
  expect(count).toBe(2);
});

test("a page token is good for its own list only", async () => {
  for (let index = 0; index < 3; index++) await put(store, note({ namespace, id: randomUUID() }));
  const { nextPageToken: pageToken } = await list(store, { namespace, pageSize: 1 });
  const error = await failureOf(list(store, { namespace, pageToken, kinds: ["service"] }));
  expect(violatedFields(error)).toEqual(["page_token"]);
});
