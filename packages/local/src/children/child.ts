import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { ChildError } from "./child-error.js";
import type { Exit } from "./exit.js";
import { signalGroup } from "./process-group.js";
import { untilReady, type Awaited, type Ready } from "./ready.js";
import { forgetChild, watchChild } from "./reaper.js";

/** A program to run beside this one. */
export interface ChildOptions {
  /** What people call it, in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs; absent: where we do. */
  readonly folder?: string;
  /** Variables added to those that this process has itself. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whom to run it as; absent: as ourselves. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Each line that it writes, of standard output and standard error alike, without the line's end. */
  readonly log?: ((line: string) => void) | undefined;
  /** When it counts as started; absent: as soon as it runs. */
  readonly ready?: Ready;
  /** How long it may take to be ready; 60 s by default. */
  readonly startTimeoutMs?: number;
  /** Asks it to end; SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end before it is killed; 10 s by default. */
  readonly graceMs?: number;
  /** Gives the start up: the child is ended and the start fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended and its output is read; never rejects. */
  readonly exited: Promise<Exit>;
  /** Its last lines, oldest first. */
  tail(): readonly string[];
  /** Asks the process and its own children to end, kills them when they do not; settles when they are gone. */
  stop(): Promise<Exit>;
}

const keptLines = 20;

/**
 * Starts a program and waits until it is ready. It leads a process group of its own, so that a terminal's Ctrl-C reaches
 * it only through us, and it never outlives this process, however that ends.
 * @throws ChildError when it cannot be started, ends before it is ready, or is not ready in time; nothing is left then
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { ready, startTimeoutMs: timeoutMs = 60_000, signal } = options;
  signal?.throwIfAborted();
  const spawned = spawn(options.command, options.args, {
    cwd: options.folder,
    // Handed on, not read: a child sees what we see.
    // oxlint-disable-next-line node/no-process-env, no-restricted-properties
    env: { ...process.env, ...options.variables },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...options.user,
  });
  const pid = await pidOf(spawned, options);
  const child = supervised(spawned, pid, options);
  try {
    if (ready !== undefined) await untilReady(child, { ready, timeoutMs, signal });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}

async function pidOf(spawned: ChildProcess, { name, command }: ChildOptions): Promise<number> {
  if (spawned.pid !== undefined) return spawned.pid;
  const cause = await new Promise<Error>((resolve) => spawned.once("error", resolve));
  throw new ChildError(`${name} could not be started: ${cause.message} (${command})`, [], { cause });
}

function supervised(spawned: ChildProcess, pid: number, options: ChildOptions): Child & Awaited {
  const { name, log, stopSignal = "SIGTERM", graceMs = 10_000 } = options;
  const lines: string[] = [];
  const listeners: ((line: string) => void)[] = log === undefined ? [] : [log];
  for (const input of [spawned.stdout, spawned.stderr]) {
    if (input !== null) createInterface({ input, crlfDelay: Infinity }).on("line", heard);
  }

  watchChild(pid, stopSignal);
  let ended = false;
  spawned.once("exit", () => {
    ended = true;
    // What it had started itself and not ended; it would also keep our ends of the pipes open.
    signalGroup(pid, "SIGKILL");
    forgetChild(pid);
  });
  const exited = new Promise<Exit>((resolve) => {
    spawned.once("close", (code, signal) => resolve({ code, signal }));
  });
  let stopping: Promise<Exit> | undefined;
  const stop = async () => {
    if (!ended) signalGroup(pid, stopSignal);
    const timer = setTimeout(() => ended || signalGroup(pid, "SIGKILL"), graceMs);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  return {
    name,
    pid,
    exited,
    tail: () => [...lines],
    onLine: (listener) => listeners.push(listener),
    stop: () => (stopping ??= stop()),
  };

  function heard(line: string): void {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    for (const listener of listeners) listener(line);
  }
}
