import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCode, readSettings } from "@protomesh/core";
import { listenForSignals } from "./quick-start/interruption.js";
import { runQuickStart } from "./quick-start/run-quick-start.js";
import { quickStartSettings, type QuickStartSettings } from "./quick-start/settings.js";
import { terminalOn } from "./quick-start/terminal.js";

const checkout = fileURLToPath(new URL("../../..", import.meta.url));
const terminal = terminalOn(process.stdout);
const read = readSettings(quickStartSettings, { argv: process.argv.slice(2), env: process.env });
switch (read.kind) {
  case "help":
  case "print":
    terminal.say(read.text.trimEnd());
    break;
  case "invalid":
    process.stderr.write(`${read.problems.join("\n")}\n`);
    process.exitCode = exitCode.badSettings;
    break;
  case "settings":
    process.exitCode = await run(read.settings);
}

async function run(settings: QuickStartSettings): Promise<number> {
  const ending = new AbortController();
  listenForSignals(ending, (text) => terminal.say(text));
  const failure = await runQuickStart({
    settings,
    checkout,
    folder: resolve(settings["local.folder"] ?? join(checkout, ".protomesh")),
    path: process.env["PATH"] ?? "",
    terminal,
    ending,
  });
  if (failure === undefined) return exitCode.ok;
  process.stderr.write(`${messageOf(failure)}\n`);
  return exitCode.failed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
