import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import { onTestFinished } from "vitest";

/** The program's script. */
export const bin = fileURLToPath(new URL("../../../bin/protomesh.js", import.meta.url));

export interface Terminal {
  /** Everything that the terminal was sent, its control sequences too. */
  readonly screen: string;
  readonly type: (keys: string) => void;
  /** The exit code. */
  readonly ended: Promise<number>;
}

type Environment = Readonly<Record<string, string>>;

/** The program, as a person runs it. */
export function protomesh(argv: readonly string[], env: Environment = {}): Terminal {
  return terminal(process.execPath, [bin, ...argv], { env: { PATH: "", PROTOMESH_CONTEXT: "", ...env } });
}

/** A program in a terminal of its own. */
export function terminal(
  program: string,
  argv: readonly string[],
  { env, cwd }: { readonly env: Environment; readonly cwd?: string },
): Terminal {
  const pty = spawn(program, [...argv], {
    cols: 120,
    env: { TERM: "xterm-256color", ...env },
    ...(cwd !== undefined && { cwd }),
  });
  let screen = "";
  pty.onData((text) => (screen += text));
  const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  let isOver = false;
  void ended.then(() => (isOver = true));
  onTestFinished(async () => {
    if (!isOver) pty.kill("SIGKILL");
    await ended;
  });
  return {
    get screen() {
      return screen;
    },
    type: (keys) => pty.write(keys),
    ended,
  };
}
