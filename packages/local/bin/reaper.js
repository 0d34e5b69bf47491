// Ends the children of a process that is gone. Standard input tells which: one line `watch PID SIGNAL` or `forget PID`
// each. When it ends, however its writer died, whatever is still watched gets its signal, and SIGKILL ten seconds later.
import { createInterface } from "node:readline";

const graceMs = 10_000;
const pollMs = 50;

// A terminal's Ctrl-C is for its foreground programs; this one outlives them.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

/** Signal by process id, which is also the id of the child's process group. */
const watched = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, pid, signal] = line.split(" ");
  if (verb === "watch") watched.set(Number(pid), signal);
  if (verb === "forget") watched.delete(Number(pid));
}

for (const [pid, signal] of watched) send(pid, signal);
const deadline = Date.now() + graceMs;
while ([...watched.keys()].some((pid) => send(pid, 0)) && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, pollMs));
}
for (const pid of watched.keys()) send(pid, "SIGKILL");

/** Signals a whole process group; false when nothing of it is left. */
function send(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (error.code === "ESRCH" || error.code === "EPERM") return false;
    throw error;
  }
}
