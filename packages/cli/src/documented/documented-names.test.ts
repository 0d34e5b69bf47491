import { existsSync, readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { commandTable } from "../command-table.js";
import { checkout } from "./documented-lines.js";

const documents = ["README.md", ...readdirSync(`${checkout}docs`).map((name) => `docs/${name}`)];
const commands = commandTable.map(({ name }) => name);

/** Every word that follows the program's name in the text of a document, as `protomesh WORD`. */
function calledIn(text: string): readonly string[] {
  return [...text.matchAll(/`(?:npx )?protomesh ([a-z]+)/g)].flatMap(([, word]) => word ?? []);
}

function programsIn(text: string): readonly string[] {
  return [...text.matchAll(/`npx protomesh-([a-z]+)/g)].flatMap(([, word]) => word ?? []);
}

test.each(documents)("the commands and programs that %s speaks of are there", (document) => {
  const text = readFileSync(`${checkout}${document}`, "utf8");
  expect(calledIn(text).filter((word) => !commands.includes(word))).toEqual([]);
  const absent = programsIn(text).filter((name) => !existsSync(`${checkout}packages/${name}/bin/protomesh-${name}.js`));
  expect(absent).toEqual([]);
});
