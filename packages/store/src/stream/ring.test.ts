import { expect, test } from "vitest";
import type { Entry } from "./encode-change.js";
import { Ring } from "./ring.js";

function entries(...revisions: number[]): Entry[] {
  return revisions.map((revision) => ({ revision: BigInt(revision), changes: [], bytes: 10 }));
}

function after(ring: Ring, revision: number): number[] {
  return [...ring.after(BigInt(revision))].map((entry) => Number(entry.revision));
}

test("a ring holds what follows its head", () => {
  const ring = new Ring(5n, 1_000);
  expect(ring.append(entries(6, 7))).toBe(true);
  expect(ring.append(entries(8))).toBe(true);
  expect(after(ring, 5)).toEqual([6, 7, 8]);
  expect(after(ring, 7)).toEqual([8]);
  expect(after(ring, 8)).toEqual([]);
  expect(ring).toMatchObject({ head: 8n, tail: 5n, bytes: 30 });
});

test("what is there already is passed over", () => {
  const ring = new Ring(5n, 1_000);
  ring.append(entries(6, 7));
  expect(ring.append(entries(6, 7, 8))).toBe(true);
  expect(after(ring, 5)).toEqual([6, 7, 8]);
});

test.each([
  { title: "a gap before them", revisions: [7] },
  { title: "a gap among them", revisions: [6, 8] },
  { title: "one of them twice", revisions: [6, 6] },
])("writes with $title are refused, and nothing is appended", ({ revisions }) => {
  const ring = new Ring(5n, 1_000);
  expect(ring.append(entries(...revisions))).toBe(false);
  expect(ring).toMatchObject({ head: 5n, bytes: 0 });
});

test("a full ring gives up the oldest, even one that is too large by itself", () => {
  const ring = new Ring(0n, 25);
  ring.append(entries(1, 2, 3));
  expect(ring).toMatchObject({ tail: 1n, head: 3n, bytes: 20 });
  expect(after(ring, 1)).toEqual([2, 3]);
  ring.append([{ revision: 4n, changes: [], bytes: 100 }]);
  expect(ring).toMatchObject({ tail: 4n, head: 4n, bytes: 0 });
});

test("asking for what was given up is an error, not a silent gap", () => {
  const ring = new Ring(0n, 25);
  ring.append(entries(1, 2, 3));
  expect(() => after(ring, 0)).toThrow(RangeError);
});
