import { expect, test } from "vitest";
import { SliceCache } from "./slice-cache.js";
import type { Slice } from "./slice.js";

function slice(through: bigint, bytes = 1): Slice {
  return { through, messages: [], bytes };
}

test("a slice is found by its view and its place, whichever was asked for last", () => {
  const slices = new SliceCache();
  const [all, services, later] = [slice(2n), slice(3n), slice(4n)];
  slices.set("all", 1n, all);
  slices.set("services", 1n, services);
  slices.set("all", 2n, later);
  expect(slices.get("all", 1n)).toBe(all);
  expect(slices.get("services", 1n)).toBe(services);
  expect(slices.get("services", 1n)).toBe(services);
  expect(slices.get("all", 2n)).toBe(later);
  expect(slices.get("services", 2n)).toBeUndefined();
});

test("a cleared cache knows nothing, not even the last one", () => {
  const slices = new SliceCache();
  slices.set("all", 1n, slice(2n));
  slices.clear();
  expect(slices.get("all", 1n)).toBeUndefined();
});

test("the oldest slices make room for new ones", () => {
  const slices = new SliceCache();
  const most = 3 * 1024 * 1024;
  slices.set("all", 1n, slice(2n, most));
  slices.set("all", 2n, slice(3n, most));
  expect(slices.get("all", 1n)).toBeUndefined();
  expect(slices.get("all", 2n)?.through).toBe(3n);
});
