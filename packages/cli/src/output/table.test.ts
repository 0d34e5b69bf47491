import { styleText } from "node:util";
import { expect, test } from "vitest";
import { tableText } from "./table.js";

test("columns are as wide as their widest cell, and lines end where their text ends", () => {
  expect(
    tableText([
      ["KIND", "NAME", "ID"],
      ["service", "a", "1"],
      ["http_ingress", "billing", ""],
    ]),
  ).toBe("KIND          NAME     ID\nservice       a        1\nhttp_ingress  billing\n");
});

test("colours count as nothing", () => {
  const red = styleText("red", "ab", { validateStream: false });
  expect(
    tableText([
      [red, "x"],
      ["abc", "y"],
    ]),
  ).toBe(`${red}   x\nabc  y\n`);
});

test("no rows are no text", () => {
  expect(tableText([])).toBe("");
});
