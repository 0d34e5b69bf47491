import { TestScheduler } from "rxjs/testing";
import { expect, test } from "vitest";
import { coalesce } from "./coalesce.js";

test.each([
  { title: "a lone value passes at once", input: "--a-----------b|", output: "--a-----------b|" },
  { title: "a burst: the first at once, the last at the end", input: "abcd-----------|", output: "a----d---------|" },
  { title: "steady values do not hold it back", input: "abcdefghijkl---|", output: "a----f----k----(l|)" },
  { title: "an end waits for the newest value", input: "ab|", output: "a----(b|)" },
  { title: "an error does not wait", input: "ab#", output: "a-#" },
])("coalesce: $title", ({ input, output }) => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(input);
      expectObservable(source.pipe(coalesce(5))).toBe(output);
      expectSubscriptions(source.subscriptions).toBe(`^${" ".repeat(0)}${"-".repeat(input.search(/[|#]/) - 1)}!`);
    },
  );
});
