import {
  listenerOptionsOf,
  publicApiReflection,
  startGrpcServer,
  type Program,
  type Scope,
  type Settings,
} from "@protomesh/core";
import { Compactor } from "./compaction/compactor.js";
import { Database } from "./database/database.js";
import { describeDsn, parseDsn } from "./database/dsn.js";
import { followNotices, type Follower } from "./listen/follow-notices.js";
import { listenEvents } from "./listen/listener.js";
import { Notifier, sendNotices } from "./listen/notifier.js";
import { migrate } from "./migration/migrate.js";
import { bundledMigrations, readMigrations } from "./migration/migration-files.js";
import { schemaRequirement } from "./migration/required-schema.js";
import { registerStreamGauges } from "./operation/store-gauges.js";
import { resourceStoreService } from "./service/resource-store-service.js";
import { listener, storeSettings } from "./settings.js";
import { SignalSender } from "./signal/signal-sender.js";
import { Signals } from "./signal/signals.js";
import { StatusFeeds } from "./status/status-feeds.js";
import { Feeds } from "./stream/feeds.js";
import { streamMetrics } from "./stream/stream-metrics.js";
import { writeMetrics } from "./write/write-metrics.js";
import { Writers } from "./write/writers.js";

/** Changes that were not read for longer than the poll interval and this are told in the readiness. */
const patienceMs = 10_000;

type StoreSettings = Settings<typeof storeSettings>;

/** The store: declared resources in PostgreSQL, served as an ordered, resumable stream. */
export const program: Program<typeof storeSettings> = {
  name: "store",
  settings: storeSettings,
  admin: { key: "store.admin.listener.address", defaultAddress: "127.0.0.1:6681" },
  start,
};

async function start(scope: Scope, settings: StoreSettings): Promise<void> {
  const { log } = scope;
  const onError = (error: unknown): void => log.error({ err: error }, "reading changes failed");

  const database = await openDatabase(scope, settings);
  const notifier = settings["store.postgres.notify"] ? notifierOf(scope, database) : undefined;
  const feeds = new Feeds({
    database,
    ringBytes: settings["store.limits.ring"],
    metrics: streamMetrics(scope.metrics),
    onError,
  });
  const statuses = new StatusFeeds({ database, onError });
  const subscriptions = new Signals();
  const sender = new SignalSender(async (texts) => database.run("write", async (sql) => sendNotices(sql, texts)));
  const signals = settings["store.postgres.notify"] ? { sender, subscriptions } : undefined;
  const writers = new Writers({
    database,
    queueLimit: settings["store.limits.queue"],
    metrics: writeMetrics(scope.metrics),
    committed: (namespace, { changes, head, history }) => {
      if (changes.length === 0) return;
      feeds.committed(namespace, changes, head, history);
      notifier?.notify({ about: "changes", namespace, revision: head });
    },
  });
  registerStreamGauges(scope.metrics, feeds);
  describeStreams(scope, feeds);

  const resync = (): void => {
    void feeds.resync();
    statuses.poll();
  };
  const others = followOthers(scope, settings, { feeds, statuses, subscriptions, resync });
  followDatabase(scope, database, resync);
  pollChanges(scope, settings["store.postgres.poll.interval"], feeds, statuses, others);
  every(scope, "bookmarks", settings["store.postgres.watch.interval"], () => feeds.bookmark());

  compactRegularly(scope, settings, database);

  const limits = { resourceBytes: settings["store.limits.resource"] };
  const { address, tls, reflection } = listenerOptionsOf(settings, listener);
  await startGrpcServer(scope, {
    address,
    tls,
    services: [resourceStoreService({ log, database, writers, feeds, statuses, notifier, signals, limits })],
    reflection: reflection ? await publicApiReflection() : undefined,
    channelOptions: { "grpc.max_receive_message_length": settings["store.limits.message"] },
  });
  // Watches never end by themselves; their clients go to another store.
  scope.draining.addEventListener("abort", () => {
    feeds.end();
    statuses.end();
    subscriptions.end();
  });
}

async function openDatabase(scope: Scope, settings: StoreSettings): Promise<Database> {
  const connection = settings["store.sql.connection.string"];
  const folder = settings["store.postgres.migration.file"];
  const dsn = parseDsn(connection);
  const migrations = await readMigrations(folder === "" ? bundledMigrations : folder);
  const applyMissing = folder === "" ? undefined : async () => migrate({ dsn: connection, folder });
  const database = new Database({
    dsn,
    log: scope.log,
    connections: { write: settings["store.postgres.pool.writes"], read: settings["store.postgres.pool.reads"] },
    statementTimeoutMs: settings["store.postgres.statement.timeout"],
    objection: schemaRequirement({ migrations, applyMissing }),
  });
  scope.own("database", async () => database.end());
  scope.status("database", () => ({ at: describeDsn(dsn), ...database.availabilityNow }));
  return database;
}

function notifierOf(scope: Scope, database: Database): Notifier {
  return new Notifier({
    send: async (payloads) => database.run("write", async (sql) => sendNotices(sql, payloads)),
    onError: (error) => scope.log.warn({ err: error }, "notifying other stores failed: they find out by their polls"),
  });
}

/** Readiness of the database, and reading anew whenever it is back. */
function followDatabase(scope: Scope, database: Database, resync: () => void): void {
  const part = scope.part("database");
  const subscription = database.availability.subscribe((now) => {
    if (now.state === "down") {
      part.notReady(now.reason);
      return;
    }
    part.ready();
    resync();
  });
  scope.own("database watch", () => subscription.unsubscribe());
}

/** Who wants to know what stores tell each other. */
interface Listeners {
  readonly feeds: Feeds;
  readonly statuses: StatusFeeds;
  readonly subscriptions: Signals;
  readonly resync: () => void;
}

/** Hears what other stores tell; undefined where notifications are switched off. */
function followOthers(
  scope: Scope,
  settings: StoreSettings,
  { feeds, statuses, subscriptions, resync }: Listeners,
): Follower | undefined {
  if (!settings["store.postgres.notify"]) return undefined;
  const dsn = parseDsn(settings["store.postgres.listen.connection.string"] || settings["store.sql.connection.string"]);
  const follower = followNotices(listenEvents(dsn), {
    log: scope.log,
    part: scope.part("notifications"),
    onNotification: (notification) => {
      if (notification.about === "signal") subscriptions.deliver(notification);
      else (notification.about === "changes" ? feeds : statuses).hint(notification.namespace, notification.revision);
    },
    onListening: () => {
      resync();
      subscriptions.listening();
    },
    onDeaf: () => subscriptions.deaf(),
  });
  scope.own("listener", () => follower.end());
  return follower;
}

/** Reads what no notice told of, and says where reading itself fails. */
function pollChanges(
  scope: Scope,
  intervalMs: number,
  feeds: Feeds,
  statuses: StatusFeeds,
  others: Follower | undefined,
): void {
  const part = scope.part("changes");
  part.ready();
  every(scope, "poll", intervalMs, () => {
    void feeds.poll(others?.listens ?? false);
    statuses.poll();
    const { namespace, sinceMs } = feeds.stalest();
    if (sinceMs < intervalMs + patienceMs) part.ready();
    else part.degraded(`changes of namespace ${namespace} were last read ${Math.round(sinceMs / 1_000)} s ago`);
  });
}

/** Removes what the settings give up, now and then. */
function compactRegularly(scope: Scope, settings: StoreSettings, database: Database): void {
  const compactor = new Compactor({
    database,
    log: scope.log,
    retention: { ageMs: settings["store.compaction.max.age"], revisions: settings["store.compaction.max.revisions"] },
    requestAgeMs: settings["store.compaction.request.age"],
  });
  scope.draining.addEventListener("abort", () => compactor.end());
  every(scope, "compaction", settings["store.compaction.interval"], () => void compactor.run());
}

function describeStreams(scope: Scope, feeds: Feeds): void {
  scope.status("namespaces", () =>
    Object.fromEntries(
      [...feeds.all].map(([namespace, { head, watchers, lag }]) => [namespace, { ...head, watchers, lag }]),
    ),
  );
}

function every(scope: Scope, what: string, intervalMs: number, act: () => void): void {
  const timer = setInterval(act, intervalMs);
  scope.own(what, () => clearInterval(timer));
}
