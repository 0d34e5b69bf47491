import type { DeclaredResource, WatchBatch } from "@protomesh/core";
import { expect, test } from "vitest";
import { nothingShown, progressOf } from "./changes.js";

function resource(id: string, index: bigint): DeclaredResource {
  const spec = { kind: "unknown", typeUrl: "example/type", value: new Uint8Array() } as const;
  return { namespace: "default", id, name: id, index, createdIndex: 1n, hash: `${id}${index}`, spec };
}

function batch(revision: bigint, parts: Partial<WatchBatch>): WatchBatch {
  return { reset: false, revision, history: "h", updated: [], dropped: [], ...parts };
}

/** The changes of each batch in turn: `word id revision`. */
function told(...batches: readonly WatchBatch[]): readonly (readonly string[])[] {
  let progress = nothingShown;
  return batches.map((one) => {
    progress = progressOf(progress, one);
    return progress.changes.map(({ change, resource: { id, index } }) => `${change} ${id} ${index}`);
  });
}

test("the state at the beginning is current, what comes later is a change", () => {
  expect(
    told(
      batch(2n, { reset: true, updated: [resource("b", 2n), resource("a", 1n)] }),
      batch(4n, { updated: [resource("c", 3n)], dropped: [resource("a", 4n)] }),
    ),
  ).toEqual([
    ["current a 1", "current b 2"],
    ["updated c 3", "dropped a 4"],
  ]);
});

test("changes of one batch come in revision order", () => {
  const mixed = batch(9n, { updated: [resource("a", 9n), resource("c", 7n)], dropped: [resource("b", 8n)] });
  expect(told(batch(1n, { reset: true }), mixed)[1]).toEqual(["updated c 7", "dropped b 8", "updated a 9"]);
});

test("a later whole state is told as what differs from what was shown", () => {
  expect(
    told(
      batch(2n, { reset: true, updated: [resource("a", 1n), resource("b", 2n)] }),
      batch(9n, { reset: true, updated: [resource("a", 1n), resource("c", 8n)] }),
    )[1],
  ).toEqual(["updated c 8", "dropped b 9"]);
});

test("from a revision on there are only changes", () => {
  expect(told(batch(8n, { updated: [resource("a", 8n)] }))).toEqual([["updated a 8"]]);
});

test("a whole state where changes were asked for is current", () => {
  expect(told(batch(8n, { reset: true, updated: [resource("a", 8n)] }))).toEqual([["current a 8"]]);
});

test("a bookmark changes nothing", () => {
  expect(told(batch(1n, { reset: true, updated: [resource("a", 1n)] }), batch(1n, {}))[1]).toEqual([]);
});
