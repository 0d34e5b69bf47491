import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** The command line of a running process, its words joined by spaces; undefined when there is none of that number. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  // Slim containers have no `ps`, macOS has no /proc.
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

async function fromProc(pid: number): Promise<string | undefined> {
  try {
    const words = await readFile(`/proc/${pid}/cmdline`, "utf8");
    // Empty: it has ended, and its parent has not yet asked how.
    return words === "" ? undefined : words.replaceAll("\0", " ");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return undefined;
    throw error;
  }
}

async function fromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "args=", "-p", String(pid)]);
    return stdout;
  } catch (error) {
    // It ends with 1 when it finds nothing.
    if (error instanceof Error && "code" in error && error.code === 1) return undefined;
    throw error;
  }
}
