import { expect, test } from "vitest";
import { RateLimit } from "./rate-limit.js";

test("calls come evenly, in the order of asking", () => {
  const limit = new RateLimit(2);
  const waits = Array.from({ length: 4 }, () => limit.reserve(10_000));
  expect(waits).toEqual([0, 500, 1_000, 1_500]);
});

test("after a pause a tenth of a second's calls may begin at once", () => {
  const limit = new RateLimit(50);
  const waits = Array.from({ length: 7 }, () => limit.reserve(10_000));
  expect(waits).toEqual([0, 0, 0, 0, 0, 20, 40]);
});
