import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { commandTable } from "../command-table.js";
import { runCommand } from "../commands/testing/run-command.js";

/** A command line that people are told to type. */
export interface DocumentedLine {
  /** The file, or the command whose help has it. */
  readonly from: string;
  readonly line: string;
}

export const checkout = fileURLToPath(new URL("../../../..", import.meta.url));

/** Every line of the shell blocks of a file of the checkout, without comments. */
export function linesOf(file: string): readonly DocumentedLine[] {
  const text = readFileSync(`${checkout}${file}`, "utf8");
  return [...text.matchAll(/^```(?:sh|bash|shell|console)\n(.*?)^```$/gms)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/(^| )#.*$/, "").trim())
    .filter((line) => line !== "")
    .map((line) => ({ from: file, line }));
}

/** The examples of every command's help, without what is said of them. */
export async function helpLines(): Promise<readonly DocumentedLine[]> {
  const lines: DocumentedLine[] = [];
  for (const { name } of commandTable) {
    const { out } = await runCommand([name, "--help"]);
    const examples = /^Examples:\n((?: {2}.*\n)*)/m.exec(out)?.[1] ?? "";
    for (const example of examples.split("\n")) {
      const line = example.replace(/ {3}\(.*\)$/, "").trim();
      if (line !== "") lines.push({ from: `protomesh ${name} --help`, line });
    }
  }
  return lines;
}
