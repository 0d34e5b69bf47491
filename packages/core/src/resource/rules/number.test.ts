import { expect, test } from "vitest";
import { durationText } from "./number.js";

test.each([
  [0n, 0, "0s"],
  [1n, 0, "1s"],
  [1n, 500_000_000, "1.5s"],
  [0n, 1, "0.000000001s"],
  [0n, -1, "-0.000000001s"],
  [-1n, -500_000_000, "-1.5s"],
  [1n, -1, "1s -1ns"],
  [1n, 1_000_000_000, "1s 1000000000ns"],
])("%d seconds and %d nanoseconds are %s", (seconds, nanos, text) => {
  expect(durationText({ seconds, nanos })).toBe(text);
});
