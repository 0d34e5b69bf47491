import { until } from "@protomesh/testing/until";
import postgres, { type Sql } from "postgres";
import type { Arena } from "./arena.js";
import type { Proxy } from "./proxy.js";
import { mountSmallDisk, smallDiskObjection } from "./small-disk.js";

/** Something that breaks, and is over when `inject` settles. */
export interface Fault {
  readonly name: string;
  /** Why it cannot be had on this machine; undefined: it can. */
  readonly objection?: () => Promise<string | undefined>;
  inject(arena: Arena): Promise<void>;
}

/** Requests that end while a fault lasts: enough that some are hit by it. */
const requestsDuring = 40;
/** Of some 2 KiB each: more than HTTP/2 lets a server send to who does not read. */
const writesPastWindow = 120;

export const faults: readonly Fault[] = [
  {
    name: "the LISTEN backends are killed",
    inject: async (arena) => terminate(arena, "query ILIKE 'listen%'"),
  },
  {
    name: "all backends of the stores are killed",
    inject: async (arena) => terminate(arena, "backend_type = 'client backend'"),
  },
  {
    name: "a store is killed",
    inject: async ({ random, stores }) => random.pick(stores).crash(),
  },
  {
    name: "PostgreSQL is killed",
    inject: async (arena) => arena.postgres.crash(),
  },
  {
    name: "a transaction is held open while others commit",
    inject: async (arena) => {
      const sql = arena.postgres.connect();
      try {
        await sql.begin(async (transaction) => {
          await transaction`SELECT pg_current_xact_id()`;
          await arena.recovery(requestsDuring);
        });
      } finally {
        await sql.end();
      }
    },
  },
  {
    name: "the line to PostgreSQL is half open",
    inject: async (arena) => halfOpen(arena.postgres.lines, async () => arena.progress(requestsDuring)),
  },
  {
    name: "the lines to the watchers are half open",
    inject: async (arena) => halfOpen(arena.watchLines, async () => arena.recovery(requestsDuring)),
  },
  {
    name: "a consumer stops reading",
    inject: async (arena) => {
      const line = arena.random.pick(arena.watchLines);
      line.plug();
      await arena.recovery(writesPastWindow);
      line.unplug();
    },
  },
  {
    name: "a standby that received the last writes is promoted",
    inject: async (arena) => {
      await arena.postgres.addStandby();
      await arena.recovery(requestsDuring);
      await arena.truth();
      arena.expectHeir();
      await arena.postgres.promoteStandby("shut down");
    },
  },
  {
    name: "a standby that did not receive the last writes is promoted",
    inject: async (arena) => {
      await arena.postgres.addStandby();
      await arena.recovery(requestsDuring);
      await arena.postgres.isolateStandby();
      await arena.recovery(requestsDuring);
      const before = await arena.truth();
      await arena.postgres.promoteStandby("killed");
      await arena.recovery(1);
      const after = await arena.truth();
      const kept = new Set(after.changes.map(({ content }) => content));
      if (before.changes.every(({ content }) => kept.has(content))) throw new Error("nothing was lost");
    },
  },
  {
    name: "the connections are used up",
    inject: async (arena) => {
      const taken = await takeConnections(arena);
      try {
        await terminate(arena, "application_name <> 'taken' AND backend_type = 'client backend'", taken[0]);
        await taken[0]?.end();
        // The one that was given back is taken by one store: the others, and its other needs, go without.
        await arena.progress(requestsDuring);
      } finally {
        await Promise.all(taken.map(async (sql) => sql.end()));
      }
    },
  },
  {
    name: "a write error in the middle of a group",
    inject: async (arena) => {
      const sql = arena.postgres.connect();
      try {
        await sql.unsafe(`
          CREATE OR REPLACE FUNCTION protomesh.fail_sometimes() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF random() < 0.1 THEN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END IF;
            -- As of one resource alone, whose neighbours in the group must be written.
            IF random() < 0.1 THEN RAISE EXCEPTION 'cannot be written' USING ERRCODE = '22000'; END IF;
            RETURN NEW;
          END $$;
          CREATE TRIGGER fail_sometimes BEFORE INSERT ON protomesh.event FOR EACH ROW EXECUTE FUNCTION protomesh.fail_sometimes()`);
        await arena.progress(requestsDuring);
      } finally {
        await sql.unsafe("DROP FUNCTION protomesh.fail_sometimes CASCADE");
        await sql.end();
      }
    },
  },
  {
    name: "the disk that the events are on is full",
    objection: smallDiskObjection,
    inject: async (arena) => {
      const disk = await mountSmallDisk(arena.postgres.folder());
      const sql = arena.postgres.connect();
      try {
        await sql.unsafe(`CREATE TABLESPACE small LOCATION '${disk.folder}'`);
        await sql`ALTER TABLE protomesh.event SET TABLESPACE small`;
        await disk.fill();
        await refuted(sql.unsafe("CREATE TABLE more TABLESPACE small AS SELECT generate_series(1, 10000)"), "53100");
        await arena.progress(requestsDuring);
        await disk.empty();
        await sql`ALTER TABLE protomesh.event SET TABLESPACE pg_default`;
        await sql`DROP TABLESPACE small`;
        // Else a crash that follows would look for the disk.
        await sql`CHECKPOINT`;
      } finally {
        await sql.end();
        await disk.remove();
      }
    },
  },
  {
    name: "compaction at the place where watchers resume",
    inject: async (arena) => {
      const { head } = await arena.truth();
      for (const watcher of arena.watchers) watcher.interrupt();
      await compact(arena, head);
    },
  },
  {
    name: "watchers come and go",
    inject: async ({ watchers }) => {
      for (const watcher of watchers) watcher.interrupt();
    },
  },
];

/** @throws Error where a statement does not fail with this SQLSTATE: what was to break is whole */
async function refuted(statement: Promise<unknown>, code: string): Promise<void> {
  const failed = await statement.then(
    () => false,
    (error: unknown) => error instanceof postgres.PostgresError && error.code === code,
  );
  if (!failed) throw new Error(`a statement did not fail with ${code}`);
}

async function halfOpen(lines: readonly Proxy[], during: () => Promise<void>): Promise<void> {
  for (const line of lines) line.stall();
  await during();
  for (const line of lines) line.heal();
}

async function terminate(arena: Arena, where: string, over?: Sql): Promise<void> {
  const sql = over ?? arena.postgres.connect();
  try {
    await sql.unsafe(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ${where}`,
    );
  } finally {
    if (over === undefined) await sql.end();
  }
}

/** Opens connections until the server gives out no more. */
async function takeConnections(arena: Arena): Promise<readonly Sql[]> {
  const taken: Sql[] = [];
  for (;;) {
    const sql = arena.postgres.connect();
    taken.push(sql);
    try {
      await sql`SET application_name = 'taken'`;
    } catch (error) {
      if (error instanceof postgres.PostgresError && error.code === "53300") return taken;
      throw error;
    }
  }
}

/** A store that is not back yet is asked again, or another one. */
async function compact({ stores, namespace, random }: Arena, upToRevision: bigint): Promise<void> {
  const compacted = async (): Promise<true> =>
    new Promise((resolve, reject) => {
      const { client } = random.pick(stores);
      client.compact({ namespace, upToRevision }, (error) => (error === null ? resolve(true) : reject(error)));
    });
  await until(compacted, `the events up to ${upToRevision} to be compacted`);
}
