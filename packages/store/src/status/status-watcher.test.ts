import type { WatchStatusResponse } from "@protomesh/core/api";
import { expect, test } from "vitest";
import type { StatusRow } from "./status-row.js";
import { StatusWatcher } from "./status-watcher.js";

const body = Buffer.alloc(0);
const now = { seconds: 7n, nanos: 0 };

function row(resource: string, revision: number, fields: Partial<StatusRow> = {}): StatusRow {
  return {
    resource_id: resource,
    reporter: "xds",
    revision: BigInt(revision),
    micros: BigInt(revision),
    body,
    ...fields,
  };
}

/** A watcher whose transport takes a response when the test says so. */
function watching(filter = { resourceIds: [] as string[], reporters: [] as string[] }) {
  const sent: { response: WatchStatusResponse; taken(): void }[] = [];
  const sink = { write: (response: WatchStatusResponse, taken: () => void) => void sent.push({ response, taken }) };
  const watcher = new StatusWatcher("default", filter, sink, { since: 10n, now: () => now });
  const words = (): string[] =>
    sent.map(({ response: { updatedStatuses, removedStatuses, endOfList } }) =>
      [
        ...updatedStatuses.map(({ resourceId, reportedAt }) => `+${resourceId}${(reportedAt?.nanos ?? 0) / 1_000}`),
        ...removedStatuses.map(({ resourceId }) => `-${resourceId}`),
        ...(endOfList ? ["."] : []),
      ].join(" "),
    );
  return { watcher, sent, words };
}

test("the state comes first, then what changes; an empty state is told, too", () => {
  const { watcher, sent, words } = watching();
  watcher.begin([]);
  sent[0]?.taken();
  watcher.add([row("a", 11)]);
  expect(words()).toEqual([".", "+a11 ."]);
});

test("while the transport is busy, only the newest of each status waits", () => {
  const { watcher, sent, words } = watching();
  watcher.begin([row("a", 9), row("b", 10)]);
  watcher.add([row("a", 11)]);
  watcher.add([row("a", 12), row("c", 12)]);
  watcher.add([row("c", 13, { body: null })]);
  expect(sent).toHaveLength(1);
  sent[0]?.taken();
  expect(words()).toEqual(["+a9 +b10 .", "+a12 -c ."]);
});

test("what the state held already is not sent again", () => {
  const { watcher, sent, words } = watching();
  watcher.begin([row("a", 9)]);
  sent[0]?.taken();
  watcher.add([row("a", 9), row("b", 10)]);
  expect(words()).toEqual(["+a9 ."]);
});

test("filters by resource and reporter", () => {
  const { watcher, sent, words } = watching({ resourceIds: ["a"], reporters: ["xds"] });
  watcher.begin([]);
  sent[0]?.taken();
  watcher.add([row("a", 11), row("b", 11), row("a", 12, { reporter: "worker" })]);
  expect(words()).toEqual([".", "+a11 ."]);
});

test("a large state is sent in several responses, and only the last ends the list and tells the time", () => {
  const { watcher, sent } = watching();
  watcher.begin(Array.from({ length: 1_200 }, (_, index) => row(`r${index}`, 1)));
  for (let index = 0; index < sent.length; index++) sent[index]?.taken();
  expect(sent.map(({ response }) => response.updatedStatuses.length)).toEqual([500, 500, 200]);
  expect(sent.map(({ response }) => response.endOfList)).toEqual([false, false, true]);
  expect(sent.map(({ response }) => response.now)).toEqual([undefined, undefined, now]);
});
