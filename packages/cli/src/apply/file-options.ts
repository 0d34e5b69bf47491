import type { Command } from "commander";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";

/** What is applied, and how it is declared to be the whole of a set. */
export interface FileOptions {
  readonly file: readonly string[];
  readonly set?: string;
  readonly prune?: boolean;
}

export function takeFileOptions(command: Command): Command {
  return command
    .requiredOption("-f, --file <path...>", "files (YAML, JSON, TOML), folders of them, or - for standard input")
    .option("--set <name>", "the files are the whole of this set, with --prune")
    .option("--prune", "drop what left the set, with --set");
}

/** @returns the set's name; empty: none. @throws Failure for one option without the other */
export function applySetOf({ set, prune = false }: FileOptions): string {
  if (set === "") throw new Failure(exitCode.usage, "--set expects a name");
  if (set !== undefined && !prune) {
    throw new Failure(exitCode.usage, "--set needs --prune", {
      next: "add --prune: whatever an earlier apply of the set put, and these files do not, is dropped.",
    });
  }
  if (set === undefined && prune) {
    throw new Failure(exitCode.usage, "--prune needs --set", {
      next: "add --set NAME: only what an earlier apply of that set put is dropped.",
    });
  }
  return set ?? "";
}
