import { expect, test } from "vitest";
import type { Entry } from "./encode-change.js";
import { Segments } from "./segments.js";

function entries(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    revision: BigInt(from + index),
    changes: [],
    bytes: 1,
  }));
}

function revisions(found: Iterable<Entry> | undefined): number[] | undefined {
  return found && Array.from(found, ({ revision }) => Number(revision));
}

test("what was read is there for every place within it, and for no other", async () => {
  const segments = new Segments();
  expect(segments.after(4n)).toBeUndefined();
  await segments.load(4n, async () => Promise.resolve(entries(5, 8)));
  expect(revisions(segments.after(4n))).toEqual([5, 6, 7, 8]);
  expect(revisions(segments.after(6n))).toEqual([7, 8]);
  expect(segments.after(3n)).toBeUndefined();
  expect(segments.after(8n)).toBeUndefined();
});

test("of two that lag near each other, one reads for both", async () => {
  const segments = new Segments();
  const asked: bigint[] = [];
  const read = async (after: bigint): Promise<Entry[]> => {
    asked.push(after);
    return Promise.resolve(entries(Number(after) + 1, 9));
  };
  await Promise.all([segments.load(2n, read), segments.load(5n, read)]);
  expect(asked).toEqual([2n]);
  expect(revisions(segments.after(5n))).toEqual([6, 7, 8, 9]);
});

test("a read that fails fails for who asked, and the next one reads by itself", async () => {
  const segments = new Segments();
  const failing = segments.load(2n, async () => Promise.reject(new Error("away")));
  const second = segments.load(2n, async () => Promise.resolve(entries(3, 4)));
  await expect(failing).rejects.toThrow("away");
  await second;
  expect(revisions(segments.after(2n))).toEqual([3, 4]);
});

test("only the newest few are kept", async () => {
  const segments = new Segments();
  for (const place of [10, 20, 30, 40, 50]) {
    await segments.load(BigInt(place), async () => Promise.resolve(entries(place + 1, place + 2)));
  }
  expect(segments.after(10n)).toBeUndefined();
  expect(revisions(segments.after(20n))).toEqual([21, 22]);
  segments.clear();
  expect(segments.after(50n)).toBeUndefined();
});
