import { expect, test } from "vitest";
import { parseByteSize } from "./byte-size.js";

interface Case {
  readonly text: string;
  readonly want: number | undefined;
}

test.each<Case>([
  { text: "0", want: 0 },
  { text: "65536", want: 65_536 },
  { text: "64KiB", want: 65_536 },
  { text: "1.5 MiB", want: 1_572_864 },
  { text: "10mb", want: 10_000_000 },
  { text: "2GiB", want: 2_147_483_648 },
  { text: "12B", want: 12 },
  { text: "", want: undefined },
  { text: "KiB", want: undefined },
  { text: "-1", want: undefined },
  { text: "1.5", want: undefined },
  { text: "1 TiB", want: undefined },
  { text: "1e3", want: undefined },
])('"$text" is $want bytes', ({ text, want }) => {
  expect(parseByteSize(text)).toBe(want);
});
