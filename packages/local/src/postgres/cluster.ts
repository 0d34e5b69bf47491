import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "../children/run-child.js";
import { clearStaleServer } from "./stale-server.js";
import type { UserIds } from "./server-user.js";

/** A database cluster on disk, with what is needed to work on it. */
export interface Cluster {
  /** PostgreSQL's own data folder. */
  readonly folder: string;
  /** The superuser's. */
  readonly password: string;
}

export interface ClusterOptions {
  readonly initdb: string;
  readonly folder: string;
  /** Whom the server runs as, where that is not ourselves. */
  readonly user: UserIds | undefined;
  /** Whether creating it waits for the disk. */
  readonly durable: boolean;
  readonly signal: AbortSignal | undefined;
}

export const superuser = "postgres";

/**
 * Opens the cluster of a folder, or creates it there with a random password for the superuser. It is created beside the
 * folder and then put in its place, so that a start that breaks off leaves no half of it.
 * @throws Error when the folder is there and holds something else
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  if (!existsSync(options.folder)) await createCluster(options);
  const folder = join(options.folder, "cluster");
  const passwordFile = join(options.folder, "password");
  if (!existsSync(join(folder, "PG_VERSION")) || !existsSync(passwordFile)) {
    throw new Error(`${options.folder} holds no PostgreSQL cluster of Protomesh: remove it, or name another folder`);
  }
  return { folder, password: (await readFile(passwordFile, "utf8")).trim() };
}

/**
 * Removes the cluster of a folder; a folder that holds something else is left alone.
 * @param takeOver ends a server that still works on it
 */
export async function removeCluster(folder: string, takeOver: boolean): Promise<void> {
  const data = join(folder, "cluster");
  if (!existsSync(data)) return;
  await clearStaleServer(data, takeOver);
  await rm(folder, { recursive: true, force: true });
}

async function createCluster(options: ClusterOptions): Promise<void> {
  const { user } = options;
  const part = `${options.folder}.part`;
  await rm(part, { recursive: true, force: true });
  const folder = join(part, "cluster");
  await mkdir(folder, { recursive: true });
  const passwordFile = join(part, "password");
  await writeFile(passwordFile, `${randomBytes(18).toString("base64url")}\n`, { mode: 0o600 });
  if (user !== undefined) await Promise.all([folder, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  await runChild({
    name: "initdb",
    command: options.initdb,
    args: [
      `--pgdata=${folder}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--no-instructions",
      ...(options.durable ? [] : ["--no-sync"]),
    ],
    folder: "/",
    user,
    signal: options.signal,
  });
  await rename(part, options.folder);
}
