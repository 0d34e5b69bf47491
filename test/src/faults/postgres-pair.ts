import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, runChild, startPostgres, type RunningPostgres } from "@protomesh/local";
import { opened, type Own } from "@protomesh/testing/owned";
import { until } from "@protomesh/testing/until";
import postgres, { type Sql } from "postgres";
import { startProxy, type Proxy } from "./proxy.js";

/** A PostgreSQL and, from time to time, a standby that streams from it, each behind a line of its own. */
export interface PostgresPair {
  /** For the stores, through the lines: both hosts, of which the one that takes writes is meant. */
  readonly dsn: string;
  /** The lines to both. */
  readonly lines: readonly Proxy[];
  /** A connection to the primary of this moment, past its line. */
  connect(): Sql;
  /** Where the primary of this moment has its data. */
  folder(): string;
  /** SIGKILL to the primary, and a new one over the same data. */
  crash(): Promise<void>;
  /** Has a copy of the primary follow it; the primary is away while it is copied. */
  addStandby(): Promise<void>;
  /** From here on the standby receives nothing. */
  isolateStandby(): Promise<void>;
  /**
   * Ends the primary for good and lets the standby take writes.
   * @param how `shut down`: the standby receives all that there is before; `killed`: what it lacks is lost
   */
  promoteStandby(how: "shut down" | "killed"): Promise<void>;
  stop(): Promise<void>;
}

/** A place for a server: always the same folder and port, whoever is there. */
interface Place {
  readonly folder: string;
  readonly port: number;
  server: RunningPostgres | undefined;
}

export async function startPostgresPair(): Promise<PostgresPair> {
  return opened(open);
}

async function open(own: Own): Promise<Omit<PostgresPair, "stop">> {
  const folder = await mkdtemp(join(tmpdir(), "protomesh-arena-"));
  own(async () => rm(folder, { recursive: true, force: true }));
  const place = async (name: string): Promise<Place> => {
    const made: Place = { folder: join(folder, name), port: await freePort(), server: undefined };
    own(async () => made.server?.stop());
    return made;
  };
  let [primary, standby] = [await place("a"), await place("b")];
  await start(primary);
  const lines = await Promise.all(
    [primary, standby].map((each) => startProxy(() => (each.server ? `127.0.0.1:${each.port}` : undefined))),
  );
  for (const line of lines) own(async () => line.stop());

  const dsn = new URL(serverOf(primary).dsn);
  const credentials = `${dsn.username}:${dsn.password}`;
  const hosts = lines.map(({ address }) => address).join(",");
  return {
    dsn: `postgres://${credentials}@${hosts}${dsn.pathname}?target_session_attrs=read-write`,
    lines,
    connect: () => connect(primary),
    folder: () => join(serverOf(primary).folder, "cluster"),
    crash: async () => {
      await kill(primary);
      await start(primary);
    },
    addStandby: async () => {
      const { folder: data } = serverOf(primary);
      await stop(primary);
      await rm(standby.folder, { recursive: true, force: true });
      // With its owner and modes: the server does not run as root, and wants its folder for itself.
      await runChild({ name: "copy of the cluster", command: "cp", args: ["-a", data, standby.folder] });
      const cluster = join(standby.folder, "cluster");
      await writeFile(join(cluster, "standby.signal"), "");
      const source = `host=127.0.0.1 port=${primary.port} user=${dsn.username} password=${dsn.password}`;
      await appendFile(join(cluster, "postgresql.auto.conf"), `primary_conninfo = '${source}'\n`);
      await start(primary);
      await start(standby);
      const streams = "SELECT count(*)::int AS rows FROM pg_stat_replication WHERE state = 'streaming'";
      await untilRows(primary, streams, 1, "the standby streams");
    },
    isolateStandby: async () => {
      await use(standby, async (sql) => {
        await sql`ALTER SYSTEM SET primary_conninfo = ''`;
        await sql`SELECT pg_reload_conf()`;
      });
      const receives = "SELECT count(*)::int AS rows FROM pg_stat_wal_receiver";
      await untilRows(standby, receives, 0, "the standby receives nothing more");
    },
    promoteStandby: async (how) => {
      await (how === "killed" ? kill(primary) : stop(primary));
      await use(standby, async (sql) => sql`SELECT pg_promote()`);
      [primary, standby] = [standby, primary];
    },
  };
}

function serverOf({ server }: Place): RunningPostgres {
  if (server === undefined) throw new Error("there is no server at this place");
  return server;
}

async function start(place: Place): Promise<void> {
  place.server = await startPostgres({ dataFolder: place.folder, durable: true, port: place.port });
}

async function stop(place: Place): Promise<void> {
  await serverOf(place).stop();
  place.server = undefined;
}

async function kill(place: Place): Promise<void> {
  const { pid, exited } = serverOf(place);
  process.kill(pid, "SIGKILL");
  await exited;
  place.server = undefined;
}

function connect(place: Place): Sql {
  return postgres(serverOf(place).dsn, { max: 1, onnotice: () => {}, connect_timeout: 5 });
}

async function use<T>(place: Place, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect(place);
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function untilRows(place: Place, query: string, count: number, what: string): Promise<void> {
  await use(place, async (sql) =>
    until(async () => (await sql.unsafe<{ rows: number }[]>(query))[0]?.rows === count, what),
  );
}
