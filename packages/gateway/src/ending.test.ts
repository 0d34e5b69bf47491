import { expect, test } from "vitest";
import { abortSignalOf, Ending } from "./ending.js";

test("who listens is told once, and who has left is not", () => {
  const ending = new Ending();
  const told: string[] = [];
  const leaving = (): void => void told.push("left");
  ending.addEventListener("abort", () => told.push("first"));
  ending.addEventListener("abort", leaving);
  ending.addEventListener("abort", () => told.push("last"));
  ending.removeEventListener("abort", leaving);
  expect(ending.aborted).toBe(false);
  ending.abort();
  ending.abort();
  expect(ending.aborted).toBe(true);
  expect(told).toEqual(["first", "last"]);
});

test("a listener may leave, and end it again, while it is told", () => {
  const ending = new Ending();
  const told: string[] = [];
  const other = (): void => void told.push("other");
  ending.addEventListener("abort", () => {
    told.push("one");
    ending.removeEventListener("abort", other);
    ending.abort();
  });
  ending.addEventListener("abort", other);
  ending.abort();
  expect(told).toEqual(["one", "other"]);
});

test("as a real AbortSignal it is aborted with it, or at once", () => {
  const ending = new Ending();
  const signal = abortSignalOf(ending);
  expect(signal.aborted).toBe(false);
  ending.abort();
  expect(signal.aborted).toBe(true);
  expect(abortSignalOf(ending).aborted).toBe(true);
});
