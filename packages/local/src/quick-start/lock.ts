import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandLineOf } from "../children/command-line.js";

/** A part of the quick start's command line. */
const program = "start.js";

/** Another quick start works on the folder. */
class AlreadyRunning extends Error {
  override readonly name = "AlreadyRunning";
}

/**
 * Takes a state folder for this process alone; the file says by whom. One that a crash left is taken over.
 * @returns what gives it back
 * @throws AlreadyRunning while another process has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "lock");
  const holder = await holderOf(path);
  if (holder !== undefined) {
    throw new AlreadyRunning(
      `it already runs here, as process ${holder}; another one needs -local-folder=… of its own`,
    );
  }
  await rm(path, { force: true });
  try {
    const file = await open(path, "wx");
    await file.writeFile(String(process.pid));
    await file.close();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new AlreadyRunning(`another start was quicker: see ${path}`, { cause: error });
  }
  return () => rm(path, { force: true });
}

/** The living quick start that a lock file names. */
async function holderOf(path: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  // The number of one that crashed may have become another program's.
  const command = /^\d+$/.test(text) ? await commandLineOf(Number(text)) : undefined;
  return command?.includes(program) === true ? Number(text) : undefined;
}
