import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandTable } from "../command-table.js";
import { runCommand } from "../commands/testing/run-command.js";
import { completionScripts, shells } from "./scripts.js";

interface Case {
  readonly words: readonly string[];
  readonly want: readonly string[];
}

async function candidates(words: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await runCommand(["completion", "candidates", "--", ...words]);
  expect(code).toBe(0);
  return out.split("\n").slice(0, -1);
}

test.each<Case>([
  { words: ["ap"], want: ["apply"] },
  { words: ["--ver"], want: ["--version"] },
  { words: ["list", "--name"], want: ["--namespace"] },
  { words: ["list", "-o", ""], want: ["text", "json", "yaml", "name"] },
  { words: ["list", "-k", "http"], want: ["http_ingress"] },
  { words: ["get", "serv"], want: ["service/"] },
  { words: ["migrate", ""], want: ["up", "down", "status"] },
  { words: ["help", "mig"], want: ["migrate"] },
  { words: ["apply", "-f", ""], want: [] },
  { words: ["nothing", ""], want: [] },
])("after $words come $want", async ({ words, want }) => {
  expect(await candidates(words)).toEqual(want);
});

/** Whose `-o` takes something else than all that print data. */
const special: Readonly<Record<string, readonly string[]>> = {
  // What these print is what people write, which is YAML.
  get: ["yaml", "json", "name"],
  export: ["yaml", "json"],
  list: ["text", "json", "yaml", "name"],
};

const printers = commandTable.filter(({ name }) => name !== "run" && name !== "completion");

test.each(printers)("$name takes the -o of all that print data", async ({ name }) => {
  expect(await candidates([name, "-o", ""])).toEqual(special[name] ?? ["text", "json", "yaml"]);
});

test.each(shells)("%s takes its script", async (shell) => {
  expect((await runCommand(["completion", shell])).out).toBe(completionScripts[shell]);
});

test("bash completes by its script", ({ skip }) => {
  const script = `${completionScripts.bash}
protomesh() { printf '%s\\n' "$@" | tail -n 1 | sed 's/$/ly/'; }
COMP_WORDS=(protomesh ap) COMP_CWORD=1
_protomesh || true
printf '%s' "\${COMPREPLY[@]}"`;
  const run = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  skip(run.error !== undefined, "there is no bash");
  expect({ out: run.stdout, err: run.stderr }).toEqual({ out: "aply", err: "" });
});
