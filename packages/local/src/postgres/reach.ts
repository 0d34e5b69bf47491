import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { UserIds } from "./server-user.js";

/** Where root puts what would lie in a folder that the server's user may not enter, such as root's own home. */
const openFolder = "/var/lib/protomesh";

/**
 * A folder that the server's user can be given: the one asked for, or a stand-in for it where that is barred to him.
 * Temporary folders, which `mkdtemp` makes for their owner alone, are opened for passing through instead: whoever made
 * one removes it with all that is in it.
 */
export async function reachableFolder(user: UserIds | undefined, folder: string): Promise<string> {
  if (user === undefined) return folder;
  const parent = dirname(resolve(folder));
  if (isBelow(parent, tmpdir())) await letPass(user, parent);
  if (await canEnter(user, parent)) return folder;
  await mkdir(openFolder, { recursive: true, mode: 0o755 });
  return standInFor(folder);
}

/** A folder of programs that the server's user can run: as it is, or a copy of it where it is barred to him. */
export async function reachableCopy(user: UserIds | undefined, folder: string): Promise<string> {
  if (user === undefined || (await canEnter(user, folder))) return folder;
  const copy = standInFor(folder);
  if (existsSync(copy)) return copy;
  await mkdir(openFolder, { recursive: true, mode: 0o755 });
  const part = `${copy}.${process.pid}`;
  await cp(folder, part, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(part, copy);
  } catch (error) {
    await rm(part, { recursive: true });
    // Another start may have been quicker.
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Opens a temporary folder and those above it for passing through, which is not for listing. */
async function letPass(user: UserIds, folder: string): Promise<void> {
  for (let each = folder; isBelow(each, tmpdir()); each = dirname(each)) {
    if (!existsSync(each)) continue;
    const entry = await stat(each);
    if (!mayEnter(user, entry)) await chmod(each, entry.mode | 0o111);
  }
}

function isBelow(folder: string, above: string): boolean {
  return folder.startsWith(resolve(above) + sep);
}

function standInFor(folder: string): string {
  return join(openFolder, createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 16));
}

/** Whether a user may enter a folder and every one above it; one that is not there yet will be his to enter. */
export async function canEnter(user: UserIds, folder: string): Promise<boolean> {
  if (existsSync(folder) && !mayEnter(user, await stat(folder))) return false;
  return folder === dirname(folder) || (await canEnter(user, dirname(folder)));
}

function mayEnter(user: UserIds, { mode, uid, gid }: { mode: number; uid: number; gid: number }): boolean {
  const bits = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode;
  return (bits & 1) === 1;
}
