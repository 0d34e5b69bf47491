import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild, type Child } from "../children/child.js";
import { freePort } from "../free-port.js";
import { postgresBinaries } from "./binaries.js";
import { openCluster, removeCluster, superuser, type Cluster } from "./cluster.js";
import { reachableFolder } from "./reach.js";
import { clearStaleServer } from "./stale-server.js";
import { serverUser, type UserIds } from "./server-user.js";

export interface PostgresOptions {
  /** Where the data are kept from start to start; absent: in a temporary folder that goes with the server. */
  readonly dataFolder?: string;
  /** TCP port on 127.0.0.1; absent: a free one. */
  readonly port?: number;
  /** Survives the machine's crash (fsync); by default when a data folder is given. Off is several times faster. */
  readonly durable?: boolean;
  /** Forgets what the data folder holds. */
  readonly fresh?: boolean;
  /** Ends a server that still works on the data folder: for callers who know that nobody uses it. */
  readonly takeOver?: boolean;
  /** Each line of the server's log. */
  readonly log?: (line: string) => void;
  /** Gives the start up. */
  readonly signal?: AbortSignal | undefined;
}

export interface RunningPostgres {
  readonly port: number;
  readonly pid: number;
  /** Where the data are: not where they were asked to be if its user cannot get there, as in root's home. */
  readonly folder: string;
  /** DSN of the database `postgres`, as the superuser. */
  readonly dsn: string;
  /** DSN of another database of this server, which need not exist. */
  dsnOf(database: string): string;
  /** Settles when the server has ended, whoever ended it. */
  readonly exited: Child["exited"];
  /** Ends all sessions, writes everything to disk, and removes a temporary data folder. */
  stop(): Promise<void>;
}

const always = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  // The line that says it is ready is read by us.
  lc_messages: "C",
};
const lossy = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/**
 * Starts a PostgreSQL of our own on 127.0.0.1, creating its data folder on the first start and taking over what a crash
 * left of the last one. The superuser's password is random and lies in the data folder, in `password`.
 * @throws ChildError when it does not come up; PostgresInUse when another server works on the folder
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const user = await serverUser();
  const binaries = await postgresBinaries(user);
  const temporary = options.dataFolder === undefined ? await temporaryFolder(user) : undefined;
  const durable = options.durable ?? temporary === undefined;
  const folder = await reachableFolder(user, options.dataFolder ?? join(temporary ?? "", "postgres"));
  const forget = async () => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  try {
    const takeOver = options.takeOver ?? false;
    if (options.fresh === true) await removeCluster(folder, takeOver);
    const cluster = await openCluster({ initdb: binaries.initdb, folder, user, durable, signal: options.signal });
    await clearStaleServer(cluster.folder, takeOver);
    const port = options.port ?? (await freePort());
    const child = await startServer(binaries.postgres, { cluster, port, user, durable, ...options });
    const dsnOf = (database: string) => `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}`;
    const stop = async () => {
      await child.stop();
      await forget();
    };
    return { port, pid: child.pid, folder, dsn: dsnOf("postgres"), dsnOf, exited: child.exited, stop };
  } catch (error) {
    await forget();
    throw error;
  }
}

async function temporaryFolder(user: UserIds | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-postgres-"));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}

interface ServerOptions extends Pick<PostgresOptions, "log" | "signal"> {
  readonly cluster: Cluster;
  readonly port: number;
  readonly user: UserIds | undefined;
  readonly durable: boolean;
}

async function startServer(postgres: string, options: ServerOptions): Promise<Child> {
  const { cluster, port, user, durable, log, signal } = options;
  const settings = { ...always, ...(durable ? {} : lossy), port: String(port) };
  return startChild({
    name: "PostgreSQL",
    command: postgres,
    args: ["-D", cluster.folder, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])],
    folder: "/",
    // A standby is ready for read-only ones.
    ready: { line: /database system is ready to accept (read-only )?connections/ },
    // The fast shutdown: sessions are ended, not waited for.
    stopSignal: "SIGINT",
    graceMs: 30_000,
    signal,
    user,
    log,
  });
}
