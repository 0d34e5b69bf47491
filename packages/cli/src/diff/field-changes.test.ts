import { pathText } from "@protomesh/core";
import { expect, test } from "vitest";
import { fieldChanges } from "./field-changes.js";

interface Case {
  readonly title: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly want: readonly string[];
}

const route = (prefix: string, target = "a"): object => ({ prefix, target });

test.each<Case>([
  { title: "nothing differs", before: { a: [1, { b: 2 }] }, after: { a: [1, { b: 2 }] }, want: [] },
  { title: "a field is changed", before: { a: 1 }, after: { a: 2 }, want: ["changed a"] },
  { title: "a field comes, another goes", before: { a: 1 }, after: { b: 1 }, want: ["removed a", "added b"] },
  {
    title: "a field deep below",
    before: { a: { b: { c: 1 } } },
    after: { a: { b: { c: 2 } } },
    want: ["changed a.b.c"],
  },
  { title: "a message comes whole", before: {}, after: { cors: { x: 1 } }, want: ["added cors"] },
  { title: "another type", before: { a: [1] }, after: { a: { b: 1 } }, want: ["changed a"] },
  { title: "an item put in front", before: [route("/b")], after: [route("/a"), route("/b")], want: ["added [0]"] },
  { title: "an item that went", before: [route("/a"), route("/b")], after: [route("/b")], want: ["removed [0]"] },
  {
    title: "a field of an item",
    before: [route("/a"), route("/b"), route("/c")],
    after: [route("/a"), route("/b", "z"), route("/c")],
    want: ["changed [1].target"],
  },
  {
    title: "an item changed, and more come",
    before: [route("/a")],
    after: [route("/a", "z"), route("/b")],
    want: ["changed [0].target", "added [1]"],
  },
  { title: "an item replaced by fewer", before: [1, 2, 3], after: [9, 3], want: ["changed [0]", "removed [1]"] },
  { title: "false is a value", before: { a: false }, after: { a: true }, want: ["changed a"] },
])("$title", ({ before, after, want }) => {
  expect(fieldChanges(before, after).map(({ change, path }) => `${change} ${pathText(path)}`)).toEqual(want);
});

test("a change has both values", () => {
  expect(fieldChanges({ a: "1s" }, { a: "2s" })).toEqual([
    { change: "changed", path: ["a"], before: "1s", after: "2s" },
  ]);
});
