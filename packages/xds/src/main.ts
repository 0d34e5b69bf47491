import {
  coalesce,
  listenerOptionsOf,
  openStoreClient,
  registerRevisionGauge,
  startGrpcServer,
  StoreConnection,
  watchResources,
  type Program,
  type Scope,
  type Settings,
} from "@protomesh/core";
import type { ChannelOptions } from "@grpc/grpc-js";
import { scan, share } from "rxjs";
import { applyBatch } from "./model/apply-batch.js";
import { emptyModel, type Model } from "./model/model.js";
import { Clients } from "./server/clients.js";
import { Discovery } from "./server/discovery.js";
import { discoveryReflection } from "./server/reflection.js";
import { DiscoveryMetrics } from "./server/metrics.js";
import { listener, storeChannel, xdsSettings } from "./settings.js";
import { SnapshotCache } from "./snapshot/snapshot-cache.js";
import { openStatus, type Status } from "./status/open-status.js";

/** The xDS management server: programs Envoys and gRPC clients with what a namespace declares. */
export const program: Program<typeof xdsSettings> = {
  name: "xds",
  settings: xdsSettings,
  admin: { key: "envoy.xds.admin.listener.address", defaultAddress: "127.0.0.1:7012" },

  async start(scope, settings) {
    const snapshots = new SnapshotCache({
      matchNodeCluster: settings["envoy.xds.service.match.node.cluster"],
      bindAddress: settings["envoy.xds.ingress.bind.address"],
      caPath: settings["envoy.xds.upstream.ca.path"],
      failed: ({ what, error }) => scope.log.error({ what, err: error }, "not translated; the last one stays"),
    });
    const status = followStore(scope, settings, snapshots);
    await serveDiscovery(scope, settings, snapshots, status);
  },
};

type XdsSettings = Settings<typeof xdsSettings>;

/**
 * Keeps the snapshots as the store has it; while the store is away, the last ones stay. Tells the store how everything
 * stands: what is returned is to hear of each stream.
 */
function followStore(scope: Scope, settings: XdsSettings, snapshots: SnapshotCache): Status {
  const store = openStoreClient(scope, settings, storeChannel);
  const namespace = settings["envoy.xds.service.resource.store.namespace"];
  const connection = new StoreConnection(scope.part("store"), scope.log);
  let newest: Model = emptyModel;
  const status = openStatus(scope, {
    client: store,
    namespace,
    instanceName: settings["envoy.xds.instance.name"],
    matchNodeCluster: settings["envoy.xds.service.match.node.cluster"],
    memoryMs: settings["envoy.xds.node.memory"],
    snapshots,
    model: () => newest,
  });
  const models = watchResources(store, namespace, {
    kinds: ["http_ingress", "service", "instance_set", "routing_policy"],
    onConnection: (state) => connection.changed(state),
  }).pipe(scan(applyBatch, emptyModel), coalesce(settings["envoy.xds.coalesce.window"]), share());
  const following = models.subscribe((model) => {
    newest = model;
    snapshots.publish(model);
    status.publish(model);
  });
  scope.own("watch of resources", () => following.unsubscribe());
  registerRevisionGauge(scope.metrics, namespace, () => newest.revision);
  scope.status("store", () => ({ namespace, ...connection.describe() }));
  scope.status("declared", () => describe(newest));
  return status;
}

async function serveDiscovery(
  scope: Scope,
  settings: XdsSettings,
  snapshots: SnapshotCache,
  status: Status,
): Promise<void> {
  const clients = new Clients();
  const discovery = new Discovery({
    snapshots,
    clients,
    watch: status.watch,
    metrics: new DiscoveryMetrics(scope.metrics, () => clients.countByTransport()),
    log: scope.log,
    patienceMs: settings["envoy.xds.answer.timeout"],
    portRetryMs: settings["envoy.xds.port.retry.interval"],
  });
  scope.status("clients", () => clients.describe());
  scope.draining.addEventListener("abort", () => discovery.end());
  const keepaliveMs = settings["envoy.xds.keepalive.interval"];
  const maxAgeMs = settings["envoy.xds.connection.max.age"];
  const { address, tls, reflection } = listenerOptionsOf(settings, listener);
  await startGrpcServer(scope, {
    address,
    tls,
    services: [...discovery.services, status.service],
    reflection: reflection ? await discoveryReflection() : undefined,
    channelOptions: {
      "grpc.keepalive_time_ms": keepaliveMs,
      "grpc.keepalive_timeout_ms": keepaliveMs,
      ...(maxAgeMs === 0 ? {} : maxAge(maxAgeMs)),
    },
  });
}

/**
 * grpc-js spreads the age by a tenth either way, so that clients do not come back all at once. Streams of discovery end only
 * when they are cut: there is nothing to wait for but the answer to a push that may be under way.
 */
function maxAge(maxAgeMs: number): ChannelOptions {
  return { "grpc.max_connection_age_ms": maxAgeMs, "grpc.max_connection_age_grace_ms": 1_000 };
}

function describe({ history, revision, resources, refused }: Model): object {
  return {
    history,
    revision,
    resources: resources.size,
    refused: [...refused].map(([id, violations]) => ({ id, name: resources.get(id)?.name, violations })),
  };
}
