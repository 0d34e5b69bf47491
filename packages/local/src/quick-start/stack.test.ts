import { expect, test } from "vitest";
import { Stack } from "./stack.js";

/** A stack that notes what it ends. */
function noted(): { stack: Stack; ended: string[]; end: (name: string) => Promise<void> } {
  const ended: string[] = [];
  return { stack: new Stack(), ended, end: async (name) => void ended.push(name) };
}

test("what was started last ends first", async () => {
  const { stack, ended, end } = noted();
  for (const name of ["database", "store", "gateway"]) await stack.add(Promise.resolve(name), end);
  await stack.stop();
  expect(ended).toEqual(["gateway", "store", "database"]);
});

test("what is still starting is awaited and ended too", async () => {
  const { stack, ended, end } = noted();
  let started: (name: string) => void = () => {};
  void stack.add(new Promise<string>((resolve) => (started = resolve)), end);
  await stack.add(Promise.resolve("store"), end);
  const stopped = stack.stop();
  started("database");
  await stopped;
  expect(ended).toEqual(["store", "database"]);
});

test("a start that failed is its caller's to hear of, and hinders no other end", async () => {
  const { stack, ended, end } = noted();
  await stack.add(Promise.resolve("database"), end);
  await expect(stack.add(Promise.reject<string>(new Error("no disk")), end)).rejects.toThrow("no disk");
  await stack.stop();
  expect(ended).toEqual(["database"]);
});
