import { ChildError } from "./child-error.js";
import { describeExit, type Exit } from "./exit.js";

/** Ready by a line that it writes, or by a question that is asked every 50 ms until the answer is yes. */
export type Ready = { readonly line: RegExp } | { readonly when: () => Promise<boolean> };

export interface ReadyOptions {
  readonly ready: Ready;
  readonly timeoutMs: number;
  /** Gives up waiting. */
  readonly signal: AbortSignal | undefined;
}

/** The child as far as waiting for it needs. */
export interface Awaited {
  readonly name: string;
  readonly exited: Promise<Exit>;
  /** Its last lines, oldest first. */
  tail(): readonly string[];
  /** Calls `listener` with each line from now on. */
  onLine(listener: (line: string) => void): void;
}

const pollMs = 50;

/**
 * Waits until a child is ready.
 * @throws ChildError when it ends before, or is not ready in time; the reason of `signal` when that gives up
 */
export async function untilReady(child: Awaited, { ready, timeoutMs, signal }: ReadyOptions): Promise<void> {
  const settled = new AbortController();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await Promise.race([
      "line" in ready ? lineOf(child, ready.line) : untilTrue(ready.when, settled.signal),
      child.exited.then((exit) => {
        const message = `${child.name} ended before it was ready (${describeExit(exit)})`;
        throw new ChildError(message, child.tail(), { endedEarly: true });
      }),
      rejection(timeout, settled.signal, () => {
        return new ChildError(`${child.name} was not ready after ${timeoutMs / 1000} s`, child.tail());
      }),
      ...(signal === undefined ? [] : [rejection(signal, settled.signal, () => signal.reason)]),
    ]);
  } finally {
    settled.abort();
  }
}

async function lineOf(child: Awaited, pattern: RegExp): Promise<void> {
  if (child.tail().some((line) => pattern.test(line))) return;
  await new Promise<void>((resolve) => {
    child.onLine((line) => {
      if (pattern.test(line)) resolve();
    });
  });
}

async function untilTrue(question: () => Promise<boolean>, ended: AbortSignal): Promise<void> {
  while (!ended.aborted && !(await question())) await new Promise((resolve) => setTimeout(resolve, pollMs));
}

/** Rejects with `reason()` when `signal` aborts; is forgotten when `ended` does. */
function rejection(signal: AbortSignal, ended: AbortSignal, reason: () => unknown): Promise<never> {
  return new Promise((_, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a signal's reason is its owner's
    if (signal.aborted) reject(reason());
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    signal.addEventListener("abort", () => reject(reason()), { once: true, signal: ended });
  });
}
