import { killChildren } from "../children/reaper.js";

/** A signal asked for the end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** npm passes on the Ctrl-C that the terminal has sent to everybody: what follows this soon is the same one. */
const sameMs = 500;

/**
 * Lets the first signal begin the end, and a second one kill every child and leave at once.
 * @param ending aborted with `Interrupted` by the first
 * @param say told what is going on
 */
export function listenForSignals(ending: AbortController, say: (text: string) => void): void {
  let firstAt: number | undefined;
  const heard = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      say(`${signal}: ending everything; once more kills it`);
      ending.abort(new Interrupted(signal));
    } else if (performance.now() - firstAt > sameMs) {
      killChildren();
      process.exit(130);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, heard);
}
