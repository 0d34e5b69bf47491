import { expect, test } from "vitest";
import { distributionOf } from "./distribution.js";

test.each([
  { title: "one sample is all of them", samples: [3], want: { count: 1, p50: 3, p99: 3, maximum: 3 } },
  { title: "order does not matter", samples: [4, 1, 3, 2], want: { count: 4, p50: 2, p99: 4, maximum: 4 } },
  {
    title: "a hundred",
    samples: Array.from({ length: 100 }, (_, index) => index + 1),
    want: { count: 100, p50: 50, p99: 99, maximum: 100 },
  },
])("distributionOf: $title", ({ samples, want }) => {
  expect(distributionOf(samples)).toEqual(want);
});

test("distributionOf refuses nothing", () => {
  expect(() => distributionOf([])).toThrow("no samples");
});
