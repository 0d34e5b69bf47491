import { Readable, Writable } from "node:stream";
import { runCommandLine } from "../../command-line.js";
import type { ExitCode } from "../../exit-code.js";

export interface CommandRun {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** A command that runs until it is interrupted. */
export interface RunningCommand {
  /** What it has written so far. */
  readonly out: string;
  readonly err: string;
  /** Presses Ctrl-C. */
  interrupt(): void;
  readonly ended: Promise<CommandRun>;
}

type Environment = Readonly<Record<string, string>>;

/** Runs a command line within this process, as in a pipe: nothing is coloured. */
export async function runCommand(argv: readonly string[], stdin = "", env: Environment = {}): Promise<CommandRun> {
  return startCommand(argv, stdin, env).ended;
}

export function startCommand(argv: readonly string[], stdin = "", env: Environment = {}): RunningCommand {
  const written = { out: "", err: "" };
  const interruption = new AbortController();
  const ended = runCommandLine(argv, {
    // The contexts of whoever runs the tests are no part of them.
    env: { PROTOMESH_CONFIG: "/nowhere/config.yaml", ...env },
    stdin: Readable.from([stdin]),
    stdout: capture((text) => (written.out += text)),
    stderr: capture((text) => (written.err += text)),
    interrupted: interruption.signal,
  });
  return {
    get out() {
      return written.out;
    },
    get err() {
      return written.err;
    },
    interrupt: () => interruption.abort(),
    ended: ended.then((code) => ({ code, ...written })),
  };
}

function capture(add: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _, done) {
      add(chunk.toString());
      done();
    },
  });
}
