import { styleText } from "node:util";
import { expect, test } from "vitest";
import type { Styled } from "../output/styled.js";
import { differenceLines } from "./difference-lines.js";
import { fieldChanges } from "./field-changes.js";

const before = { timeout: "1s", old: 'a "b"', routes: [{ prefix: "/a" }], empty: {} };
const after = { timeout: "2s", routes: [{ prefix: "/a" }, { prefix: "/b", methods: ["GET"] }], on: true };

test("each field has a line, and what comes whole stands as YAML", () => {
  expect(differenceLines(fieldChanges(before, after), (_, text) => text)).toEqual([
    '~ timeout: "1s" → "2s"',
    '- old: "a \\"b\\""',
    "+ routes[1]:",
    "+   prefix: /b",
    "+   methods:",
    "+     - GET",
    "- empty: {}",
    "+ on: true",
  ]);
});

test("on a terminal what comes is green, what goes is red", () => {
  const styled: Styled = (format, text) => styleText(format, text, { validateStream: false });
  expect(differenceLines(fieldChanges({ a: 1 }, { b: 2 }), styled)).toEqual([
    "\u001b[31m- a: 1\u001b[39m",
    "\u001b[32m+ b: 2\u001b[39m",
  ]);
});
