import { expect, test } from "vitest";
import { table, withSection } from "./section.js";

const page = "# Benchmarks\n";
const path = { name: "path", title: "The path", body: "10 ms" };

test("a new section is added at the end", () => {
  expect(withSection(page, path)).toBe(
    "# Benchmarks\n\n<!-- path: written by npm run bench -- path -->\n## The path\n\n10 ms\n<!-- end of path -->\n",
  );
});

test("a section that is there is replaced, and its neighbours stay", () => {
  const both = `${withSection(withSection(page, path), { name: "store", title: "The store", body: "5 ms" })}\nThe end.\n`;
  const replaced = withSection(both, { ...path, body: "9 ms" });
  expect(replaced).toBe(both.replace("10 ms", "9 ms"));
});

test("a table has a head, a rule and its rows", () => {
  expect(table(["what", "p50"], [["Put", "1 ms"]])).toBe("| what | p50 |\n| --- | --- |\n| Put | 1 ms |");
});
