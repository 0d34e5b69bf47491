import { expect, test } from "vitest";
import { backoffMs } from "./backoff.js";

const backoff = { initialMs: 100, maximumMs: 5_000 };

test.each([
  { attempt: 0, low: 50, high: 100 },
  { attempt: 1, low: 100, high: 200 },
  { attempt: 5, low: 1_600, high: 3_200 },
  { attempt: 6, low: 2_500, high: 5_000 },
  { attempt: 10_000, low: 2_500, high: 5_000 },
])("try $attempt waits between $low and $high ms", ({ attempt, low, high }) => {
  expect(backoffMs(attempt, backoff, () => 0)).toBe(low);
  expect(backoffMs(attempt, backoff, () => 1)).toBe(high);
});
