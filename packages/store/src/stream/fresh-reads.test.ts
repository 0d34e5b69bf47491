import { expect, test } from "vitest";
import { FreshReads } from "./fresh-reads.js";

/** Reads that the test answers, numbered in the order in which they began. */
function controlled() {
  const answers: ((value: string | Error) => void)[] = [];
  const reads = new FreshReads<string>(
    async () =>
      new Promise((resolve, reject) => {
        answers.push((value) => (value instanceof Error ? reject(value) : resolve(value)));
      }),
  );
  return { reads, answers };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test("who asks together shares a read; who asks during it gets the next one", async () => {
  const { reads, answers } = controlled();
  const early = [reads.read(), reads.read()];
  await turn();
  const late = [reads.read(), reads.read()];
  await turn();
  expect(answers).toHaveLength(1);
  answers[0]?.("first");
  await turn();
  expect(answers).toHaveLength(2);
  answers[1]?.("second");
  expect(await Promise.all(early)).toEqual(["first", "first"]);
  expect(await Promise.all(late)).toEqual(["second", "second"]);
  expect(reads.idle).toBe(true);
});

test("a read that failed fails those who asked for it, and not those after them", async () => {
  const { reads, answers } = controlled();
  const early = reads.read();
  await turn();
  const late = reads.read();
  answers[0]?.(new Error("gone"));
  await expect(early).rejects.toThrow("gone");
  await turn();
  answers[1]?.("back");
  expect(await late).toBe("back");
});
