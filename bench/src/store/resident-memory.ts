import { readFile, writeFile } from "node:fs/promises";

/** Resident memory of a process in KiB. */
export async function residentKib(pid: number): Promise<number> {
  return statusOf(pid, "VmRSS");
}

/** The most that it was, in KiB, since the process began or `forgetPeak`. */
export async function peakResidentKib(pid: number): Promise<number> {
  return statusOf(pid, "VmHWM");
}

export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}

async function statusOf(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const value = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1];
  if (value === undefined) throw new RangeError(`/proc/${pid}/status tells no ${field}`);
  return Number(value);
}
