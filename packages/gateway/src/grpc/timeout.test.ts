import { expect, test } from "vitest";
import { timeoutMsOf, timeoutText } from "./timeout.js";

test.each([
  { text: "1H", want: 3_600_000 },
  { text: "2M", want: 120_000 },
  { text: "3S", want: 3_000 },
  { text: "4m", want: 4 },
  { text: "500u", want: 0.5 },
  { text: "1000000n", want: 1 },
  { text: "0m", want: 0 },
  { text: "00000001S", want: 1_000 },
  { text: "99999999H", want: 99_999_999 * 3_600_000 },
  { text: "100000000n", want: undefined },
  { text: "S", want: undefined },
  { text: "1", want: undefined },
  { text: "1s", want: undefined },
  { text: "1h", want: undefined },
  { text: "-1S", want: undefined },
  { text: "+1S", want: undefined },
  { text: "1.5S", want: undefined },
  { text: " 1S", want: undefined },
  { text: "1S ", want: undefined },
  { text: "١S", want: undefined },
  { text: "", want: undefined },
])("timeoutMsOf($text)", ({ text, want }) => {
  expect(timeoutMsOf(text)).toBe(want);
});

test.each([
  { ms: 0, want: "0m" },
  { ms: 1.9, want: "1m" },
  { ms: -5, want: "0m" },
  { ms: 99_999_999, want: "99999999m" },
  { ms: 100_000_000, want: "100000S" },
  { ms: 1e14, want: "99999999M" },
])("timeoutText($ms)", ({ ms, want }) => {
  expect(timeoutText(ms)).toBe(want);
});
