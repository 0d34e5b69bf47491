import type { Command } from "commander";
import type { Surroundings } from "../surroundings.js";
import { versionText } from "../version-text.js";

export function define(command: Command, { stdout }: Surroundings): void {
  command.action(() => {
    stdout.write(`${versionText()}\n`);
  });
}
