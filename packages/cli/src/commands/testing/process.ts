import { spawn, type ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";
import { bin } from "./terminal.js";

/** The program as a process of its own, in a pipe. */
export interface Run {
  readonly child: ChildProcess;
  readonly out: string;
  readonly err: string;
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

export function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, [bin, ...argv], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: "", PROTOMESH_CONTEXT: "", ...env },
  });
  const written = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (written.err += text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return {
    child,
    get out() {
      return written.out;
    },
    get err() {
      return written.err;
    },
    ended,
  };
}
