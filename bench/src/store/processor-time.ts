import { readdir, readFile } from "node:fs/promises";

/** What a process, and those it has started, have taken of the processors since they began, in seconds. */
export async function processorSeconds(pid: number): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(pids.map(async (each) => ({ pid: each, ...(await statOf(each)) })));
  return processes
    .filter((each) => each.pid === pid || each.parent === pid)
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

/** What all processors together were busy for since the machine began, in seconds. */
export async function busySeconds(): Promise<number> {
  const [, user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0] = (await readFile("/proc/stat", "utf8"))
    .split("\n", 1)
    .flatMap((line) => line.split(/\s+/).map(Number));
  return (user + nice + system + interrupts + soft) / ticksPerSecond;
}

/** Linux counts so for every program, whatever the kernel's own clock is. */
const ticksPerSecond = 100;

/** A process that has ended meanwhile took nothing and has no parent. */
async function statOf(pid: number): Promise<{ readonly parent: number; readonly seconds: number }> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name, in brackets, may hold spaces.
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]];
    return { parent, seconds: (user + system) / ticksPerSecond };
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) {
      return { parent: 0, seconds: 0 };
    }
    throw error;
  }
}
