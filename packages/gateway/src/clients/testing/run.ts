import { execFile } from "node:child_process";

/** What a program wrote, and how it ended. */
export interface Run {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a client to its end, with these bytes as its standard input. */
export async function run(program: string, args: readonly string[], input: Uint8Array = Buffer.alloc(0)): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { encoding: "buffer", maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === "number") resolve({ code, stdout, stderr: stderr.toString() });
        else reject(error ?? new Error(`${program} has no exit code`));
      },
    );
    // A client that needs no input may end before it has read it.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
