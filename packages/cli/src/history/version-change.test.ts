import { pathText } from "@protomesh/core";
import type { Resource } from "@protomesh/core/api";
import type { HistoryEntry } from "../client/read-history.js";
import { service } from "@protomesh/testing";
import { expect, test } from "vitest";
import { versionChanges } from "./version-change.js";

const one = service({ name: "one" });
const renamed = { ...one, name: "uno" };

function entry(revision: bigint, resource: Resource, dropped = false): HistoryEntry {
  return { revision, timestamp: undefined, resource, dropped, author: "" };
}

function told(entries: readonly HistoryEntry[], before: readonly Resource[] | undefined): readonly string[] {
  const known = before && new Map(before.map((resource) => [resource.id, resource]));
  return versionChanges(entries, known).map(({ entry: { revision }, change, fields }) =>
    [revision, change, ...(change === "changed" ? fields.map(({ path }) => pathText(path)) : [])].join(" "),
  );
}

test("from the beginning, the first version is a creation", () => {
  expect(told([entry(1n, one), entry(2n, renamed), entry(3n, renamed, true), entry(4n, one)], [])).toEqual([
    "1 created",
    "2 changed name",
    "3 dropped",
    "4 created",
  ]);
});

test("the first of later versions is told from the state before", () => {
  expect(told([entry(7n, renamed)], [one])).toEqual(["7 changed name"]);
});

test("where the state before is not kept, a first version is only known to be written", () => {
  expect(told([entry(7n, one), entry(8n, renamed)], undefined)).toEqual(["7 written", "8 changed name"]);
});
