import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { peerPath } from "@protomesh/testing";
import { expect, onTestFinished, test } from "vitest";
import { bin, terminal } from "../commands/testing/terminal.js";

/** Ctrl-U takes the line away. */
const clear = "\u0015";
const path = "/usr/local/bin:/usr/bin:/bin";

/** A folder with the program in it, as PATH has it where it is installed. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), "protomesh-shell-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "protomesh");
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(program, 0o755);
  return folder;
}

interface Case {
  readonly shell: "bash" | "zsh" | "fish";
  readonly argv: readonly string[];
  /** What a person types once, as docs and help say it. */
  readonly source: string;
}

test.for<Case>([
  { shell: "bash", argv: ["--norc", "-i"], source: "source <(protomesh completion bash)" },
  {
    shell: "zsh",
    argv: ["-f", "-i"],
    source: "autoload -U compinit; compinit -u -D; source <(protomesh completion zsh)",
  },
  { shell: "fish", argv: ["--no-config", "-i"], source: "protomesh completion fish | source" },
])("in $shell, TAB completes commands, options, kinds and values", async ({ shell, argv, source }, { skip }) => {
  const program = shell === "bash" ? shell : peerPath(shell, { skip });
  const folder = installed();
  const person = terminal(program, argv, { cwd: folder, env: { PATH: `${folder}:${path}`, HOME: folder, PS1: "$ " } });
  const type = async (keys: string, wanted: string): Promise<void> => {
    person.type(keys);
    await expect.poll(() => stripVTControlCharacters(person.screen), { timeout: 20_000 }).toContain(wanted);
  };
  // What is typed has no such word in it, so that only the shell's answer does.
  await type(`${source}; echo rea''dy\r`, "ready");
  await type("protomesh roll\t", "protomesh rollback");
  await type(`${clear}protomesh list --names\t`, "--namespace");
  await type(`${clear}protomesh list -k instan\t`, "instance_set");
  await type(`${clear}protomesh get rout\t`, "routing_policy/");
});
