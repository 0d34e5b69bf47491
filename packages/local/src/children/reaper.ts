import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { signalGroup } from "./process-group.js";

/** Plain JavaScript, so that it runs from the sources too. */
const program = fileURLToPath(new URL("../../bin/reaper.js", import.meta.url));

/** The process groups of our children, from their start to their end, with what asks each to end. */
const watched = new Map<number, NodeJS.Signals>();

/** A small process of its own that outlives us for as long as it takes to end what we leave behind. */
let reaper: ChildProcess | undefined;

/** From now on the group of `pid` gets `signal` when this process is gone, however it went, and SIGKILL 10 s later. */
export function watchChild(pid: number, signal: NodeJS.Signals): void {
  watched.set(pid, signal);
  if (reaper === undefined) reaper = startReaper();
  else tell(`watch ${pid} ${signal}`);
}

/** The child has ended: its number may now be somebody else's. */
export function forgetChild(pid: number): void {
  watched.delete(pid);
  tell(`forget ${pid}`);
}

/** Kills every child at once, without asking. */
export function killChildren(): void {
  for (const pid of watched.keys()) signalGroup(pid, "SIGKILL");
}

/** Ends the reaper, which ends what is still watched; for the last moments of a process. */
export async function endReaper(): Promise<void> {
  if (reaper === undefined) return;
  const ending = reaper;
  ending.ref();
  ending.stdin?.end();
  if (ending.exitCode === null && ending.signalCode === null) await once(ending, "exit");
}

function startReaper(): ChildProcess {
  const child = spawn(process.execPath, [program], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // Neither it nor the pipe to it may keep this process alive.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  // Should somebody kill it, then the next child starts another one, which hears of all of them.
  child.once("exit", () => (reaper = undefined));
  child.stdin.on("error", () => (reaper = undefined));
  for (const [pid, signal] of watched) child.stdin.write(`watch ${pid} ${signal}\n`);
  return child;
}

function tell(line: string): void {
  reaper?.stdin?.write(`${line}\n`);
}
