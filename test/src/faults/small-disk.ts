import { chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "@protomesh/local";

/** A file system of its own, in memory, that can be filled up. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no room at all. */
  fill(): Promise<void>;
  /** Makes the room again that `fill` took. */
  empty(): Promise<void>;
  remove(): Promise<void>;
}

const sizeBytes = 64 * 1024 * 1024;

/** Why this process cannot mount one; undefined: it can. */
export async function smallDiskObjection(): Promise<string | undefined> {
  try {
    const disk = await mountSmallDisk(tmpdir());
    await disk.remove();
    return undefined;
  } catch (error) {
    return `a small disk cannot be mounted: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** @param like whose owner it is given to: a file or folder */
export async function mountSmallDisk(like: string): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-disk-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes}`, "tmpfs", folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  const { uid, gid } = await stat(like);
  await chown(folder, uid, gid);
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: async () => {
      await writeFile(ballast, Buffer.alloc(sizeBytes)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOSPC") throw error;
      });
    },
    empty: async () => rm(ballast),
    remove: async () => {
      await run("umount", ["-l", folder]);
      await rm(folder, { recursive: true });
    },
  };
}

async function run(command: string, args: readonly string[]): Promise<void> {
  await runChild({ name: command, command, args: [...args] });
}
