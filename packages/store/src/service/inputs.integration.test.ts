import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { NetworkingNode, type Resource } from "@protomesh/core/api";
import { httpIngress, test } from "@protomesh/testing";
import { expect } from "vitest";
import {
  apply,
  call,
  drop,
  failureOf,
  get,
  list,
  note,
  put,
  violatedFields,
  type RunningStore,
} from "../testing/running-store.js";
import { store, useStore } from "../testing/store-of-file.js";

useStore({ "store.limits.resource": 10_000, "store.limits.message": 50_000 });

const id = randomUUID();
const fine = note({ id });
const node = "type.googleapis.com/protomesh.types.v1.NetworkingNode";

function ingressOnPort(listenPort: number): Resource["spec"] {
  const value = NetworkingNode.encode(
    NetworkingNode.fromPartial({
      networkingNode: { $case: "httpIngress", value: { ingressName: "x", xdsClusterName: "y", listenPort } },
    }),
  ).finish();
  return { typeUrl: node, value: Buffer.from(value) };
}

interface Case {
  readonly title: string;
  readonly send: (store: RunningStore) => Promise<unknown>;
  readonly fields: readonly string[];
}

test.each<Case>([
  {
    title: "a put without a resource",
    send: async ({ client }) =>
      call((done) => client.put({ resource: undefined, expectedIndex: undefined, requestId: "" }, done)),
    fields: ["resource"],
  },
  { title: "an id that is no UUID", send: async (to) => put(to, { ...fine, id: "seven" }), fields: ["id"] },
  { title: "an empty namespace", send: async (to) => put(to, { ...fine, namespace: "" }), fields: ["namespace"] },
  {
    title: "an over-long namespace",
    send: async (to) => put(to, { ...fine, namespace: "n".repeat(254) }),
    fields: ["namespace"],
  },
  { title: "an empty name", send: async (to) => put(to, { ...fine, name: "" }), fields: ["name"] },
  { title: "an over-long name", send: async (to) => put(to, { ...fine, name: "ü".repeat(127) }), fields: ["name"] },
  { title: "a name with NUL", send: async (to) => put(to, { ...fine, name: "a\0b" }), fields: ["name"] },
  { title: "a missing spec", send: async (to) => put(to, { ...fine, spec: undefined }), fields: ["spec"] },
  { title: "a missing type URL", send: async (to) => put(to, note({ id, typeUrl: "" })), fields: ["spec.type_url"] },
  {
    title: "an expected index below 0",
    send: async (to) => put(to, fine, { expectedIndex: -1n }),
    fields: ["expected_index"],
  },
  {
    title: "an over-long request id",
    send: async (to) => put(to, fine, { requestId: "r".repeat(129) }),
    fields: ["request_id"],
  },
  {
    title: "a known kind that does not decode",
    send: async (to) => put(to, { ...fine, spec: { typeUrl: node, value: Buffer.from([0x0a, 0xff]) } }),
    fields: ["spec.value"],
  },
  {
    title: "a known kind that breaks a rule",
    send: async (to) => put(to, { ...fine, spec: ingressOnPort(0) }),
    fields: ["spec.http_ingress.listen_port"],
  },
  {
    title: "several mistakes at once",
    send: async (to) => put(to, { ...fine, id: "x", name: "", spec: undefined }),
    fields: ["id", "name", "spec"],
  },
  {
    title: "a drop of no UUIDs",
    send: async (to) => drop(to, "default", [id, "x", "y"]),
    fields: ["resource_ids[1]", "resource_ids[2]"],
  },
  { title: "a drop in no namespace", send: async (to) => drop(to, "", [id]), fields: ["namespace"] },
  {
    title: "an expected index of an id that is not dropped",
    send: async (to) => drop(to, "default", [id], { expectedIndexes: { [randomUUID()]: 1n } }),
    fields: [expect.stringContaining("expected_indexes")],
  },
  { title: "a get of no UUID", send: async (to) => get(to, "default", "x"), fields: ["resource_id"] },
  { title: "a get in no namespace", send: async (to) => get(to, "", id), fields: ["namespace"] },
  {
    title: "an apply with a wrong resource",
    send: async (to) => apply(to, { namespace: "default", resources: [fine, { ...fine, id: "x" }] }),
    fields: ["resources[1].id"],
  },
  {
    title: "an apply across namespaces",
    send: async (to) => apply(to, { namespace: "default", resources: [{ ...fine, namespace: "other" }] }),
    fields: ["resources[0].namespace"],
  },
  {
    title: "an apply with an id twice",
    send: async (to) => apply(to, { namespace: "default", resources: [fine], dropIds: [id] }),
    fields: ["drop_ids[0]"],
  },
  {
    title: "an apply set with a control character",
    send: async (to) => apply(to, { namespace: "default", applySet: "a\nb" }),
    fields: ["apply_set"],
  },
  {
    title: "a list with a negative page size",
    send: async (to) => list(to, { namespace: "default", pageSize: -1 }),
    fields: ["page_size"],
  },
  {
    title: "a list at a negative revision",
    send: async (to) => list(to, { namespace: "default", revision: -1n }),
    fields: ["revision"],
  },
  {
    title: "a list with a strange page token",
    send: async (to) => list(to, { namespace: "default", pageToken: "x" }),
    fields: ["page_token"],
  },
  {
    title: "a report on no UUID by nobody",
    send: async ({ client }) =>
      call((done) =>
        client.reportStatus(
          {
            namespace: "default",
            statuses: [
              {
                namespace: "",
                resourceId: "x",
                reporter: "",
                observedIndex: 0n,
                conditions: [],
                details: {},
                reportedAt: undefined,
              },
            ],
          },
          done,
        ),
      ),
    fields: ["statuses[0].resource_id", "statuses[0].reporter"],
  },
])("$title is INVALID_ARGUMENT, naming the field", async ({ send, fields }) => {
  const error = await failureOf(send(store));
  expect(error.code).toBe(status.INVALID_ARGUMENT);
  expect(violatedFields(error)).toEqual(fields);
});

test("a spec of an unknown type is accepted", async () => {
  await expect(put(store, fine)).resolves.toMatchObject({ version: { index: 1n } });
});

test("a spec of a known kind that keeps the rules is accepted", async () => {
  await expect(put(store, httpIngress({ namespace: "kinds" }))).resolves.toMatchObject({ version: { index: 1n } });
});

test("a resource above the size limit is RESOURCE_EXHAUSTED, naming the limit", async () => {
  const large = note({ id, text: "x".repeat(10_000) });
  for (const sent of [put(store, large), apply(store, { namespace: "default", resources: [large] })]) {
    const error = await failureOf(sent);
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(error.details).toContain("store.limits.resource allows (10000)");
  }
});

test("a request above the message limit is RESOURCE_EXHAUSTED, naming the limit", async () => {
  const resources = Array.from({ length: 10 }, () => note({ id: randomUUID(), text: "x".repeat(9_000) }));
  const error = await failureOf(apply(store, { namespace: "default", resources }));
  expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(error.details).toContain("50000");
});

test("an absent id is NOT_FOUND", async () => {
  expect(await failureOf(get(store, "default", randomUUID()))).toMatchObject({ code: status.NOT_FOUND });
});
