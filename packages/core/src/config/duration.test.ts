import { expect, test } from "vitest";
import { parseDurationMs } from "./duration.js";

interface Case {
  readonly text: string;
  readonly want: number | undefined;
}

test.each<Case>([
  { text: "300ms", want: 300 },
  { text: "1m30s", want: 90_000 },
  { text: "2h", want: 7_200_000 },
  { text: "1.5h", want: 5_400_000 },
  { text: ".5s", want: 500 },
  { text: "1.s", want: 1000 },
  { text: "120s", want: 120_000 },
  { text: "1500us", want: 1.5 },
  { text: "1µs", want: 0.001 },
  { text: "1h0m0.25s", want: 3_600_250 },
  { text: "0", want: 0 },
  { text: "-0", want: 0 },
  { text: "+3s", want: 3000 },
  { text: "-3s", want: -3000 },
  { text: "", want: undefined },
  { text: "30", want: undefined },
  { text: "1d", want: undefined },
  { text: "1 s", want: undefined },
  { text: ".s", want: undefined },
  { text: "s", want: undefined },
  { text: "1s2", want: undefined },
  { text: "1S", want: undefined },
])('"$text" is $want ms', ({ text, want }) => {
  expect(parseDurationMs(text)).toBe(want);
});
