import { expect, test } from "vitest";
import { PersistentMap } from "./persistent-map.js";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => [`key-${index}`, index] as const);

test("holds what was put in, whatever the size", () => {
  const map = PersistentMap.of(numbers(5_000));
  expect(map.size).toBe(5_000);
  expect(new Map(map)).toEqual(new Map(numbers(5_000)));
  expect(map.get("key-4999")).toBe(4_999);
  expect(map.get("key-5000")).toBeUndefined();
});

test("a changed copy leaves the original as it was", () => {
  const before = PersistentMap.of(numbers(100));
  const after = before.with([
    ["key-1", -1],
    ["key-2", undefined],
    ["new", 7],
  ]);
  expect([before.get("key-1"), before.get("key-2"), before.get("new"), before.size]).toEqual([1, 2, undefined, 100]);
  expect([after.get("key-1"), after.get("key-2"), after.get("new"), after.size]).toEqual([-1, undefined, 7, 100]);
});

test("many changes at once equal the same changes one by one", () => {
  const changes = [
    ...numbers(300),
    ["key-5", undefined] as const,
    ["key-5", 55] as const,
    ["key-6", undefined] as const,
  ];
  const atOnce = PersistentMap.of(numbers(50)).with(changes);
  let oneByOne = PersistentMap.of(numbers(50));
  for (const change of changes) oneByOne = oneByOne.with([change]);
  expect(new Map(atOnce)).toEqual(new Map(oneByOne));
  expect(atOnce.size).toBe(oneByOne.size);
});

test("nothing changed: the same map", () => {
  const map = PersistentMap.of(numbers(10));
  expect(map.with([["key-3", 3]])).toBe(map);
  expect(map.with([["absent", undefined]])).toBe(map);
});

test("differences name what was added, changed and removed, and nothing else", () => {
  const before = PersistentMap.of(numbers(1_000));
  const after = before.with([
    ["key-1", -1],
    ["key-2", undefined],
    ["new", 7],
  ]);
  const found = [...before.differences(after)].sort((a, b) => a.key.localeCompare(b.key));
  expect(found).toEqual([
    { key: "key-1", before: 1, after: -1 },
    { key: "key-2", before: 2, after: undefined },
    { key: "new", before: undefined, after: 7 },
  ]);
  expect([...before.differences(before)]).toEqual([]);
});

test("differences of maps that share nothing", () => {
  const differences = [...PersistentMap.of([["a", 1]]).differences(PersistentMap.of([["b", 2]]))];
  expect(differences).toHaveLength(2);
});
