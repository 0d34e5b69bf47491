import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandLineOf } from "../children/command-line.js";

/** Another server works on the folder. */
class PostgresInUse extends Error {
  override readonly name = "PostgresInUse";
  /** Its process. */
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(`a PostgreSQL (process ${pid}) is already working on ${folder}`);
    this.pid = pid;
  }
}

const pollMs = 50;

/**
 * Makes way for a server on a cluster's folder: of what the last one left behind, PostgreSQL itself takes over a
 * `postmaster.pid` whose process is gone, but refuses one whose number has become another program's. That one is removed.
 * @param takeOver ends a server that still runs; for callers who know that nobody uses it
 * @throws PostgresInUse when a server works on the folder that is not to be ended
 */
export async function clearStaleServer(folder: string, takeOver: boolean): Promise<void> {
  const file = join(folder, "postmaster.pid");
  const pid = await pidIn(file);
  if (pid === undefined) return;
  const command = await commandLineOf(pid);
  if (command === undefined) return;
  if (!(command.includes("postgres") && command.includes(folder))) {
    await rm(file, { force: true });
    return;
  }
  if (!takeOver) throw new PostgresInUse(folder, pid);
  process.kill(pid, "SIGINT");
  while ((await pidIn(file)) === pid && (await commandLineOf(pid)) !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function pidIn(file: string): Promise<number | undefined> {
  const [line = ""] = (await textOf(file)).split("\n", 1);
  return /^[1-9]\d*$/.test(line) ? Number(line) : undefined;
}

/** A file's content; empty when it is not there. */
async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
