import { expect, test } from "vitest";
import { faultOptions } from "./options.js";

test("minutes and seed are as given, else five and by chance", () => {
  expect(faultOptions(["--minutes", "0.5", "--seed=7"])).toEqual({ options: { minutes: 0.5, seed: 7 } });
  expect(faultOptions([])).toEqual({ options: { minutes: 5, seed: expect.any(Number) as number } });
});

test.each(["-h", "--help"])("%s tells what can be given", (flag) => {
  expect(faultOptions([flag])).toEqual({ help: expect.stringContaining("--minutes N") as string });
});

test.each([
  { argv: ["--minuts", "1"], want: "--minuts is not understood" },
  { argv: ["now"], want: "now is not understood" },
  { argv: ["--minutes", "soon"], want: "--minutes takes a positive number" },
  { argv: ["--minutes"], want: "--minutes takes a positive number" },
  { argv: ["--seed", "1.5"], want: "--seed takes a whole number" },
])("$argv: $want", ({ argv, want }) => {
  expect(faultOptions(argv)).toEqual({ mistake: expect.stringContaining(want) as string });
});
