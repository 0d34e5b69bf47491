import { ChildError } from "./child-error.js";
import { startChild, type ChildOptions } from "./child.js";
import { describeExit } from "./exit.js";

/**
 * Runs a program to its end.
 * @returns what it wrote, at most the last 20 lines
 * @throws ChildError when it cannot be started or ends with anything but code 0; the reason of `signal` when that gives it up
 */
export async function runChild(options: Omit<ChildOptions, "ready" | "startTimeoutMs">): Promise<readonly string[]> {
  const child = await startChild(options);
  const giveUp = () => void child.stop();
  options.signal?.addEventListener("abort", giveUp, { once: true });
  const exit = await child.exited;
  options.signal?.removeEventListener("abort", giveUp);
  options.signal?.throwIfAborted();
  if (exit.code !== 0) throw new ChildError(`${options.name} failed (${describeExit(exit)})`, child.tail());
  return child.tail();
}
