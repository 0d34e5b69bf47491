import { hostname } from "node:os";
import {
  instanceReporter,
  openStoreClient,
  registerRevisionGauge,
  StatusReporter,
  StoreConnection,
  watchResources,
  type Program,
  type Scope,
  type Settings,
} from "@protomesh/core";
import type { ResourceStoreClient } from "@protomesh/core/api";
import { Connection } from "@temporalio/client";
import { filter, fromEvent, interval, lastValueFrom, merge, share, takeUntil, tap } from "rxjs";
import { ActivityServer } from "./activities/activity-server.js";
import { storeActivities } from "./activities/store-activities.js";
import { RateLimit } from "./execute/rate-limit.js";
import { sight } from "./execute/sight.js";
import { Schedules } from "./execute/schedules.js";
import { temporalAvailability } from "./execute/temporal-availability.js";
import { TemporalCalls } from "./execute/temporal-calls.js";
import { failureText } from "./execute/temporal-failure.js";
import { temporalEndpointOf, type TemporalEndpoint } from "./execute/temporal-settings.js";
import { WorkflowRuns } from "./execute/workflow-runs.js";
import { watchLedger } from "./ledger/watch-ledger.js";
import { LedgerWriter } from "./ledger/write-ledger.js";
import { noSightings } from "./plan/sightings.js";
import { reconcile } from "./reconcile/reconcile.js";
import { reconciliations } from "./reconcile/reconciliations.js";
import { Steps } from "./reconcile/steps.js";
import { runningIn } from "./reconcile/world.js";
import { TriggerBoard } from "./reconcile/trigger-board.js";
import { workerSettings } from "./worker-settings.js";

type WorkerSettings = Settings<typeof workerSettings>;

/** How long one call to Temporal may take. */
const callDeadlineMs = 10_000;
/** How long a trigger waits after a try that went wrong. */
const retryBackoff = { initialMs: 1_000, maximumMs: 60_000 };

/** The worker: keeps the declared workflows running, and serves the store's calls as activities. */
export const program: Program<typeof workerSettings> = {
  name: "worker",
  settings: workerSettings,
  admin: { key: "worker.admin.listener.address", defaultAddress: "127.0.0.1:5781" },

  async start(scope, settings) {
    const endpoint = temporalEndpointOf(settings);
    const store = openStoreClient(scope, settings, "worker.resource.store");
    const identity = `protomesh-worker@${hostname()}/${process.pid}`;
    // Without the SDK's own retry: each trigger has its backoff, which a call that goes on for long would defeat.
    const connection = Connection.lazy({ ...endpoint, interceptors: [] });
    scope.own("temporal client", () => connection.close());
    serveActivities(scope, settings, { endpoint, store, identity });
    startReconciling(scope, settings, { connection, store, identity });
  },
};

function serveActivities(
  scope: Scope,
  settings: WorkerSettings,
  { endpoint, store, identity }: { endpoint: TemporalEndpoint; store: ResourceStoreClient; identity: string },
): void {
  const given = settings["worker.service.activity.namespaces"];
  const namespaces = given.length > 0 ? given : [settings["temporal.namespace"]];
  const taskQueues = settings["worker.service.worker.task.queue"];
  const activities = storeActivities(store, instanceReporter("worker", settings["worker.instance.name"]));
  const places = namespaces.flatMap((namespace) => taskQueues.map((taskQueue) => ({ namespace, taskQueue })));
  for (const { namespace, taskQueue } of places) {
    const name = places.length === 1 ? "activities" : `activities on ${namespace}/${taskQueue}`;
    const server = new ActivityServer({
      endpoint,
      namespace,
      taskQueue,
      identity,
      activities,
      drainMs: scope.drainTimeoutMs,
      part: scope.part(name),
      log: scope.log,
    });
    scope.own(name, async () => server.stop());
  }
}

function startReconciling(
  scope: Scope,
  settings: WorkerSettings,
  { connection, store, identity }: { connection: Connection; store: ResourceStoreClient; identity: string },
): void {
  const namespace = settings["worker.service.resource.store.namespace"];
  const temporalNamespace = settings["temporal.namespace"];
  const owner = settings["worker.service.owner"];
  const writer = new LedgerWriter(store, namespace);
  const board = new TriggerBoard(scope.metrics, failureText);
  const storeConnection = new StoreConnection(scope.part("store"), scope.log);
  const ledgerConnection = new StoreConnection(scope.part("ledger"), scope.log);
  const temporalPart = scope.part("temporal");
  const rateLimit = new RateLimit(settings["worker.service.call.rate"]);
  const calls = new TemporalCalls({ connection, deadlineMs: callDeadlineMs, rateLimit });
  const options = {
    namespace,
    temporal: {
      runs: new WorkflowRuns(calls, { owner, identity }),
      schedules: new Schedules(calls, { owner, identity }),
    },
    writeStatus: async (status: Parameters<LedgerWriter["write"]>[0]) => writer.write(status),
    settings: {
      owner,
      takesOverForeignRuns: settings["worker.service.take.over"],
      restartsOverlapping: settings["worker.service.restart.overlapping"],
    },
    steps: new Steps(scope.metrics),
  };

  const draining = fromEvent(scope.draining, "abort").pipe(share());
  const instance = openInstanceRecord(scope, settings, store);
  const availability = temporalAvailability(connection, temporalNamespace).pipe(
    tap((state) => {
      const temporal = state.is === "there" ? "there" : `away: ${state.why}`;
      instance.say({ temporal });
      if (state.is === "there") temporalPart.ready();
      else temporalPart.notReady(temporal);
    }),
  );
  const resources = watchResources(store, namespace, {
    kinds: ["process_trigger"],
    onConnection: (state) => storeConnection.changed(state),
  });
  const works = reconciliations(
    {
      resources: resources.pipe(
        tap(({ revision }) => instance.say({ revision })),
        takeUntil(draining),
      ),
      ledger: watchLedger(store, namespace, (state) => ledgerConnection.changed(state)).pipe(takeUntil(draining)),
      writes: writer.written.pipe(takeUntil(draining)),
      times: merge(
        interval(settings["worker.service.sync.interval"]),
        availability.pipe(filter(({ is }) => is === "there")),
      ).pipe(takeUntil(draining)),
    },
    {
      worldOptions: { temporalNamespace, settings: options.settings },
      sight: async (world) =>
        options.steps
          .sighted(() => sight(calls, runningIn(world)))
          .catch((error: unknown) => {
            scope.log.debug({ reason: failureText(error) }, "no list of open workflows; looking at each");
            return noSightings;
          }),
      concurrency: settings["worker.service.concurrency"],
      backoff: retryBackoff,
      reconcile: async (resourceId, world) => reconcile(resourceId, world, options),
    },
  ).pipe(
    tap((work) => {
      const news = board.add(work);
      options.steps.worked(work);
      if (news !== undefined) scope.log.info(news, "trigger");
    }),
    share(),
  );

  const ended = lastValueFrom(works, { defaultValue: undefined });
  ended.catch((error: unknown) => scope.fail(error));
  scope.own("reconciler", async () => void (await ended));
  scope.status("triggers", () => board.views);
}

/** What this worker says of itself: the revision that it knows the declarations of, and whether Temporal is there. */
function openInstanceRecord(
  scope: Scope,
  settings: WorkerSettings,
  client: ResourceStoreClient,
): { say(news: { readonly revision?: bigint; readonly temporal?: string }): void } {
  const namespace = settings["worker.service.resource.store.namespace"];
  const reporter = new StatusReporter({
    client,
    namespace,
    reporter: instanceReporter("worker", settings["worker.instance.name"]),
    log: scope.log,
  });
  scope.own("instance record", async () => reporter.close());
  let known: { readonly revision?: bigint; readonly temporal: string } = { temporal: "not asked yet" };
  registerRevisionGauge(scope.metrics, namespace, () => known.revision ?? 0n);
  return {
    say(news) {
      known = { ...known, ...news };
      if (known.revision !== undefined) reporter.instance(known.revision, { temporal: known.temporal });
    },
  };
}
