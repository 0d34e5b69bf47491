import { expect, test } from "vitest";
import { BoundedSet } from "./bounded-set.js";

test("the oldest is forgotten, which it says", () => {
  const set = new BoundedSet(2);
  set.add("a");
  set.add("b");
  expect([[...set], set.hasForgotten]).toEqual([["a", "b"], false]);
  set.add("a");
  set.add("c");
  expect([[...set], set.hasForgotten]).toEqual([["a", "c"], true]);
});
