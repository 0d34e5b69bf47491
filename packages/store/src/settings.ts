import { declareSettings, serverSettings, setting } from "@protomesh/core";

/** Where the store listens when nothing is set. */
export const listener = { own: "store", defaultAddress: "0.0.0.0:6680" } as const;

/** What the store can be told. */
export const storeSettings = declareSettings({
  ...serverSettings(listener),
  "store.provider": setting.choice(["postgres"], { default: "postgres", help: "what the store keeps resources in" }),
  "store.sql.driver.name": setting.choice(["postgres"], { default: "postgres", help: "the database's driver" }),
  "store.sql.connection.string": setting.text({
    default: "postgres://localhost:5432/protomesh",
    secret: true,
    help: "the database: postgres://user:password@host:port,…/database or host=… port=… words; of several hosts, the one that takes writes",
  }),
  "store.postgres.migration.file": setting.text({
    default: "",
    help: "folder of SQL migrations to apply at the start; empty: none",
  }),
  "store.postgres.watch.interval": setting.duration({
    default: "30s",
    minMs: 100,
    help: "how often every watch gets an end_of_list, whatever happens",
  }),
  "store.postgres.poll.interval": setting.duration({
    default: "2s",
    minMs: 10,
    help: "how often the database is asked for changes that no notification told of",
  }),
  "store.postgres.notify": setting.boolean({
    default: true,
    help: "tell other stores of changes by NOTIFY; false where the database has none: changes are found by polls, Publish and Subscribe are refused",
  }),
  "store.postgres.listen.connection.string": setting.text({
    default: "",
    secret: true,
    help: "the database for LISTEN, past a pooler that cannot carry it; empty: store.sql.connection.string",
  }),
  "store.postgres.pool.writes": setting.integer({
    default: 4,
    min: 1,
    help: "connections for writes: namespaces that commit at the same time",
  }),
  "store.postgres.pool.reads": setting.integer({ default: 6, min: 1, help: "connections for reads" }),
  "store.postgres.statement.timeout": setting.duration({
    default: "10s",
    help: "the longest a statement may take; 0s: no limit",
  }),
  "store.compaction.max.age": setting.duration({
    default: "0s",
    help: "events older than this are removed, but for what the state needs; 0s: however old they are, they stay",
  }),
  "store.compaction.max.revisions": setting.integer({
    default: 0,
    min: 0,
    help: "so many of a namespace's newest revisions keep their events, older ones are removed; 0: all keep them",
  }),
  "store.compaction.request.age": setting.duration({
    default: "24h",
    minMs: 1_000,
    help: "how long a request id is known: a request that comes again later is carried out again",
  }),
  "store.compaction.interval": setting.duration({
    default: "5m",
    minMs: 100,
    help: "how often a store looks for what is to be removed; of several stores, one at a time does it",
  }),
  "store.limits.resource": setting.bytes({ default: "1MiB", help: "the largest resource" }),
  "store.limits.message": setting.bytes({ default: "16MiB", help: "the largest request" }),
  "store.limits.queue": setting.bytes({
    default: "64MiB",
    help: "the most that may wait to be written, per namespace",
  }),
  "store.limits.ring": setting.bytes({
    default: "16MiB",
    help: "the newest changes kept in memory for watchers, per namespace that is watched",
  }),
});
