import { createInterface } from "node:readline/promises";
import { exitCode } from "../exit-code.js";
import { Answer, Failure } from "../failure.js";
import type { Surroundings } from "../surroundings.js";

/**
 * Asks a person whether to go on.
 * @throws Failure where nobody is there who could be asked
 */
export async function askToGoOn(question: string, { stdin, stderr, interrupted }: Surroundings): Promise<boolean> {
  if (!("isTTY" in stdin) || stdin.isTTY !== true) {
    throw new Failure(exitCode.usage, "nobody is there to be asked, since standard input is no terminal", {
      next: "add --yes where it is to be done without asking.",
    });
  }
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: interrupted });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    // While it asks, readline takes Ctrl-C and Ctrl-D for itself.
    if (error instanceof Error && error.name === "AbortError") {
      stderr.write("\n");
      throw new Answer(exitCode.interrupted);
    }
    throw error;
  } finally {
    terminal.close();
  }
}
