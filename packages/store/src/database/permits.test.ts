import { expect, test } from "vitest";
import { Permits } from "./permits.js";

test("so many work at a time, the others in the order in which they came", async () => {
  const permits = new Permits(2);
  const begun: number[] = [];
  const finish: (() => void)[] = [];
  const works = [0, 1, 2, 3].map(async (number) =>
    permits.hold(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => {
        finish[number] = resolve;
      });
      if (number === 1) throw new Error("one that fails gives its permit back, too");
    }),
  );
  expect(begun).toEqual([0, 1]);
  expect(permits.waiting).toBe(2);
  finish[1]?.();
  await expect(works[1]).rejects.toThrow("fails");
  expect(begun).toEqual([0, 1, 2]);
  finish[0]?.();
  await works[0];
  expect(begun).toEqual([0, 1, 2, 3]);
  finish[2]?.();
  finish[3]?.();
  await Promise.all([works[2], works[3]]);
  expect(permits.waiting).toBe(0);
});
