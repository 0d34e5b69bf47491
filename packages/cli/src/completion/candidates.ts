import { kinds } from "@protomesh/core";
import { Command, type Option } from "commander";
import { commandTable } from "../command-table.js";
import type { Surroundings } from "../surroundings.js";

/**
 * What the word under the cursor could be.
 * @param words what stands on the command line behind the program's name, up to the cursor; the last one is begun, or empty
 * @returns none where only the shell knows, such as for files
 */
export async function candidatesFor(words: readonly string[], surroundings: Surroundings): Promise<readonly string[]> {
  const begun = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const called = before.find((word) => !word.startsWith("-"));
  const all = called === undefined ? topLevel : await candidatesOf(called, before.at(-1) ?? "", surroundings);
  return all.filter((candidate) => candidate.startsWith(begun)).filter((word) => begun !== "" || !word.startsWith("-"));
}

const topLevel: readonly string[] = [...commandTable.map(({ name }) => name), "help", "--help", "--version"];

async function candidatesOf(name: string, previous: string, surroundings: Surroundings): Promise<readonly string[]> {
  if (name === "help") return commandTable.map((entry) => entry.name);
  const entry = commandTable.find((known) => known.name === name);
  if (entry === undefined) return [];
  const command = new Command(name);
  (await entry.load()).define(command, surroundings);
  const option = command.options.find(
    ({ long, short }) => previous !== "" && (previous === long || previous === short),
  );
  if (option !== undefined && (option.required || option.optional)) return valuesOf(option);
  const [argument] = command.registeredArguments;
  const isResource = argument?.name() === "resource";
  return [
    ...(isResource ? kinds.map((kind) => `${kind}/`) : (argument?.argChoices ?? [])),
    ...command.options.flatMap(({ long }) => long ?? []),
    "--help",
  ];
}

function valuesOf({ long, argChoices }: Option): readonly string[] {
  return long === "--kind" ? kinds : (argChoices ?? []);
}
