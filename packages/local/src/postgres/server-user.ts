import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

const candidates = ["postgres", "nobody"];

/**
 * Whom to run PostgreSQL as: it refuses to run as root, so root lends it the user `postgres`, or `nobody` where there is
 * none. Anybody else runs it as himself (undefined).
 */
export async function serverUser(): Promise<UserIds | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of candidates) {
    const ids = await idsOf(name);
    if (ids !== undefined) return ids;
  }
  throw new Error(`PostgreSQL does not run as root, and this machine has no user ${candidates.join(" or ")}`);
}

async function idsOf(user: string): Promise<UserIds | undefined> {
  try {
    const [uid, gid] = await Promise.all([idOf("-u", user), idOf("-g", user)]);
    return { uid, gid };
  } catch (error) {
    // `id` ends with 1 when there is no such user; anything else is a fault of ours.
    if (error instanceof Error && "code" in error && error.code === 1) return undefined;
    throw error;
  }
}

async function idOf(flag: "-u" | "-g", user: string): Promise<number> {
  const { stdout } = await promisify(execFile)("id", [flag, user]);
  return Number(stdout);
}
