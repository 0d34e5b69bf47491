import { expect, test } from "vitest";
import { bounded } from "./duration.js";

test.each([
  { title: "none", duration: undefined, want: undefined },
  { title: "one like any other", duration: { seconds: 3n, nanos: 5 }, want: { seconds: 3n, nanos: 5 } },
  {
    title: "one of ten thousand years",
    duration: { seconds: 315_576_000_000n, nanos: 0 },
    want: { seconds: 3_155_760_000n, nanos: 0 },
  },
  {
    title: "one of a part of a second more",
    duration: { seconds: 3_155_760_000n, nanos: 999_999_999 },
    want: { seconds: 3_155_760_000n, nanos: 0 },
  },
])("a duration that Envoy takes: $title", ({ duration, want }) => {
  expect(bounded(duration)).toEqual(want);
});
