import {
  instanceReporter,
  listenerOptionsOf,
  openServerTls,
  openStoreClient,
  registerRevisionGauge,
  StatusReporter,
  StoreConnection,
  watchResources,
  type Program,
  type Scope,
} from "@protomesh/core";
import type { ResourceStoreClient } from "@protomesh/core/api";
import { BehaviorSubject, distinctUntilChanged, fromEvent, map, scan, takeUntil } from "rxjs";
import { openFront } from "./front/front.js";
import { Connections } from "./lambda/connections.js";
import { DirectInvoker } from "./lambda/direct-invoker.js";
import { applyBatch, conflictsOf, emptyModel, type Model } from "./routes/model.js";
import { registerPolicyGauge } from "./routes/policy-gauge.js";
import { logRequest } from "./serve/access-log.js";
import { gateway } from "./serve/gateway.js";
import { RequestMetrics } from "./serve/metrics.js";
import { PolicyStatuses } from "./status/policy-statuses.js";
import { storeSignals } from "./serve/store-signals.js";
import {
  callSettingsOf,
  frontLimitsOf,
  gatewaySettings,
  listener,
  storeChannel,
  type GatewaySettings,
} from "./settings.js";

/** The gateway: answers HTTP and gRPC by the functions that the declared policies name. */
export const program: Program<typeof gatewaySettings> = {
  name: "gateway",
  settings: gatewaySettings,
  admin: { key: "gateway.admin.listener.address", defaultAddress: "127.0.0.1:5771" },

  async start(scope, settings) {
    requireKnownHandlers(settings["gateway.handlers"]);
    const { address, tls, reflection } = listenerOptionsOf(settings, listener);
    const model = new BehaviorSubject<Model | undefined>(undefined);
    const store = openStoreClient(scope, settings, storeChannel);
    const invoker = openInvoker(scope, settings);
    const statuses = openStatuses(scope, settings, store);
    const metrics = new RequestMetrics(scope.metrics, () => front.connections());
    const handle = gateway({
      table: () => model.value?.table,
      ready: model.pipe(
        map((known) => known !== undefined),
        distinctUntilChanged(),
        takeUntil(fromEvent(scope.draining, "abort")),
      ),
      invoker,
      signals: storeSignals(store, scope.log),
      settings: callSettingsOf(settings),
      reflection,
      onServed: (request) => {
        metrics.observe(request);
        statuses.served(request);
        if (settings["gateway.access.log"]) logRequest(scope.log, request);
      },
      onError: (error, requestId) =>
        scope.log.error({ err: error, requestId }, "a request broke the gateway's own code"),
    });
    const front = await openFront(
      { address, tls: tls && openServerTls(scope, tls), limits: frontLimitsOf(settings) },
      handle,
    );
    scope.own("front", async () => front.drain(scope.drainTimeoutMs));
    scope.listening("gateway", front.address);
    followPolicies(scope, settings, store, model);
    const reporting = model.subscribe((known) => known && statuses.follow(known));
    scope.own("reports of statuses", () => reporting.unsubscribe());
  },
};

function openInvoker(scope: Scope, settings: GatewaySettings): DirectInvoker {
  const endpoint = settings["gateway.aws.lambda.endpoint"];
  const region = settings["gateway.aws.lambda.region"];
  const connections = new Connections({
    maxConnections: settings["gateway.aws.lambda.max.connections"],
    connectTimeoutMs: settings["gateway.aws.lambda.connect.timeout"],
  });
  const invoker = new DirectInvoker({ ...(endpoint && { endpoint }), ...(region && { region }) }, connections);
  scope.own("connections to Lambda", async () => invoker.close());
  return invoker;
}

/** What is said of policies; ends before the channel to the store, and after the last request. */
function openStatuses(scope: Scope, settings: GatewaySettings, client: ResourceStoreClient): PolicyStatuses {
  const reporter = new StatusReporter({
    client,
    namespace: settings["gateway.service.resource.store.namespace"],
    reporter: instanceReporter("gateway", settings["gateway.instance.name"]),
    log: scope.log,
  });
  const statuses = new PolicyStatuses(reporter, settings["gateway.status.interval"]);
  scope.own("statuses", async () => {
    statuses.close();
    await reporter.close();
  });
  scope.status("reporting", () => reporter.describe());
  return statuses;
}

/** Keeps the model as the store has it; while the store is away, the last one serves on. */
function followPolicies(
  scope: Scope,
  settings: GatewaySettings,
  store: ResourceStoreClient,
  model: BehaviorSubject<Model | undefined>,
): void {
  const namespace = settings["gateway.service.resource.store.namespace"];
  const connection = new StoreConnection(scope.part("store"), scope.log);
  const batches = watchResources(store, namespace, {
    kinds: ["gateway_policy"],
    onConnection: (state) => connection.changed(state),
  });
  const following = batches.pipe(scan(applyBatch, emptyModel)).subscribe(model);
  scope.own("watch of policies", () => following.unsubscribe());
  registerPolicyGauge(scope.metrics, () => model.value ?? emptyModel);
  registerRevisionGauge(scope.metrics, namespace, () => model.value?.revision ?? 0n);
  scope.status("store", () => ({ namespace, ...connection.describe() }));
  scope.status("policies", () => describe(model.value ?? emptyModel));
}

function describe(model: Model): object {
  return {
    revision: model.revision,
    served: model.policies.size,
    conflicts: conflictsOf(model).map(({ loser, winner }) => ({ id: loser.id, name: loser.name, servedBy: winner.id })),
    invalid: [...model.invalid].map(([id, { name, reason }]) => ({ id, name, reason })),
  };
}

function requireKnownHandlers(handlers: readonly string[]): void {
  const unknown = handlers.find((handler) => handler !== "AwsLambda");
  if (unknown !== undefined) {
    throw new RangeError(`gateway.handlers is ${JSON.stringify(unknown)}: expected AwsLambda, the one kind there is`);
  }
}
