import { Argument, type Command } from "commander";
import { candidatesFor } from "../completion/candidates.js";
import { completionScripts, shells, type Shell } from "../completion/scripts.js";
import type { Surroundings } from "../surroundings.js";

export function define(command: Command, surroundings: Surroundings): void {
  const { stdout } = surroundings;
  command
    .usage("bash|zsh|fish")
    .addArgument(new Argument("<shell>", "whose script is printed").choices([...shells, "candidates"]))
    .argument("[words...]", "of the command line, for `candidates`, which the scripts call")
    .addHelpText(
      "after",
      `
Examples:
  source <(protomesh completion bash)
  source <(protomesh completion zsh)
  protomesh completion fish | source`,
    )
    .action(async (shell: Shell | "candidates", words: readonly string[]) => {
      if (shell !== "candidates") stdout.write(completionScripts[shell]);
      else for (const candidate of await candidatesFor(words, surroundings)) stdout.write(`${candidate}\n`);
    });
}
