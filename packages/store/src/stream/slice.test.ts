import { WatchResourcesResponse } from "@protomesh/core/api";
import { expect, test } from "vitest";
import type { Change } from "../read/change.js";
import { entriesOf } from "./encode-change.js";
import { kindFilterOf } from "./kind-filter.js";
import { sliceBytes, sliceOf, type EndStyle } from "./slice.js";

function change(revision: number, id: string, fields: Partial<Change> = {}): Change {
  return {
    revision: BigInt(revision),
    createdRevision: 1n,
    id,
    dropped: false,
    micros: 1_700_000_000_123_456n,
    hash: "hash",
    kind: "service",
    replacedKind: undefined,
    name: id,
    typeUrl: "type.example/Any",
    spec: new Uint8Array(4),
    ...fields,
  };
}

/** Responses in words: what they update and drop, and `.` where they say end_of_list. */
function slice(changes: readonly Change[], options: { kinds?: string[]; style?: EndStyle } = {}) {
  const { kinds = [], style = "merged" } = options;
  const { through, messages } = sliceOf(entriesOf("default", changes), kindFilterOf(kinds), style, "h");
  const responses = messages.map((message) => WatchResourcesResponse.decode(message));
  for (const response of responses) expect(response).toMatchObject({ revision: through, history: "h" });
  const words = responses.map(({ updatedResources, droppedResources, endOfList }) =>
    [
      ...updatedResources.map(({ id, version }) => `+${id}${version?.index}`),
      ...droppedResources.map(({ id, version }) => `-${id}${version?.index}`),
      ...(endOfList ? ["."] : []),
    ].join(" "),
  );
  return { through: Number(through), words };
}

test("several writes are merged into one response that ends the list", () => {
  expect(slice([change(1, "a"), change(2, "b"), change(3, "c", { dropped: true })])).toEqual({
    through: 3,
    words: ["+a1 +b2 -c3 ."],
  });
});

test("for older clients, end_of_list stands in a response without resources", () => {
  expect(slice([change(1, "a")], { style: "separate" }).words).toEqual(["+a1", "."]);
});

test("a slice ends before it would hold an id twice", () => {
  expect(slice([change(1, "a"), change(2, "b"), change(3, "a", { dropped: true }), change(4, "c")])).toEqual({
    through: 2,
    words: ["+a1 +b2 ."],
  });
});

test("a slice ends before it grows too large, and always moves on", () => {
  const large = { spec: new Uint8Array(sliceBytes * 0.6) };
  expect(slice([change(1, "a", large), change(2, "b", large)]).through).toBe(1);
});

test("the changes of one write stay together", () => {
  const half = { spec: new Uint8Array(sliceBytes * 0.4) };
  const writes = [change(1, "a", half), change(2, "b", half), change(2, "c", half)];
  expect(slice(writes)).toEqual({ through: 1, words: ["+a1 ."] });
});

test("a write that is too large for one response is sent in several, and only the last ends the list", () => {
  const large = { spec: new Uint8Array(700 * 1024) };
  const write = [change(1, "a", large), change(1, "b", large), change(1, "c", large)];
  expect(slice(write).words).toEqual(["+a1", "+b1", "+c1 ."]);
  expect(slice(write, { style: "separate" }).words).toEqual(["+a1", "+b1", "+c1", "."]);
});

test.each([
  { title: "by kind", kinds: ["service"], words: ["+a1 +c3 ."] },
  { title: "by type URL", kinds: ["type.example/Any"], words: ["+a1 +b2 +c3 ."] },
  { title: "by several", kinds: ["http_ingress", "service"], words: ["+a1 +b2 +c3 ."] },
])("a filter chooses $title", ({ kinds, words }) => {
  const writes = [change(1, "a"), change(2, "b", { kind: "http_ingress" }), change(3, "c")];
  expect(slice(writes, { kinds })).toEqual({ through: 3, words });
});

test("where a filter wants nothing, there is nothing to send, and the place moves on", () => {
  expect(slice([change(1, "a"), change(2, "b")], { kinds: ["gateway_policy"] })).toEqual({ through: 2, words: [] });
});

test("a resource that changed its kind leaves those who watch the old one and comes to those who watch the new one", () => {
  const writes = [change(1, "a", { kind: "http_ingress", replacedKind: "service" })];
  expect(slice(writes, { kinds: ["service"] }).words).toEqual(["-a1 ."]);
  expect(slice(writes, { kinds: ["http_ingress"] }).words).toEqual(["+a1 ."]);
  expect(slice(writes, { kinds: ["gateway_policy"] }).words).toEqual([]);
});

test("a resource is sent as it was written, with its version", () => {
  const [message] = sliceOf(
    entriesOf("default", [change(7, "a", { spec: Buffer.from("content") })]),
    kindFilterOf([]),
    "merged",
    "h",
  ).messages;
  expect(WatchResourcesResponse.decode(message ?? new Uint8Array()).updatedResources).toEqual([
    {
      namespace: "default",
      id: "a",
      name: "a",
      spec: { typeUrl: "type.example/Any", value: Buffer.from("content") },
      version: {
        sha256Hash: "hash",
        createdIndex: 1n,
        index: 7n,
        timestamp: { seconds: 1_700_000_000n, nanos: 123_456_000 },
      },
    },
  ]);
});
