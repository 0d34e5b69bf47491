import { expect, test } from "vitest";
import { logSettings } from "../logging/index.js";
import { flagOf, variableOf } from "./key-spelling.js";
import { knownKeys } from "./known-keys.js";

test("every key has a flag and a variable of its own, so that no two keys can be confused", () => {
  expect(new Set(knownKeys.map(flagOf)).size).toBe(knownKeys.length);
  expect(new Set(knownKeys.map(variableOf)).size).toBe(knownKeys.length);
});

test("the list holds the keys of the log", () => {
  expect(knownKeys).toEqual(expect.arrayContaining(Object.keys(logSettings)));
});
