import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { storeChannelOptions } from "@protomesh/core";
import {
  DropResourcesRequest,
  PutResourceRequest,
  ResourceStoreClient,
  type Resource,
  type ResourceStatus,
  type WatchStatusResponse,
} from "@protomesh/core/api";
import { componentsOf, findFreePlaces, startComponent, type Child } from "@protomesh/local";

/** The shipped store as a process of its own. */
export interface RealStore {
  /** host:port */
  readonly address: string;
  readonly client: ResourceStoreClient;
  put(resource: Resource): Promise<void>;
  drop(id: string): Promise<void>;
  /** What is said of resources now, by resource id. */
  statuses(): ReadonlyMap<string, ResourceStatus>;
  /** Kills the process; it can be started again where it was. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const checkout = fileURLToPath(new URL("../../../..", import.meta.url));

/** Starts the store over a database, which it migrates. */
export async function startRealStore(dsn: string): Promise<RealStore> {
  const places = await findFreePlaces();
  const { store } = componentsOf({
    places,
    dsn,
    migrations: join(checkout, "migrations"),
    logLevel: "error",
    lambda: { kind: "yours", url: "http://127.0.0.1:1" },
    temporalAddress: "127.0.0.1:1",
    temporalNamespace: "default",
  });
  let child: Child;
  const start = async (): Promise<void> => {
    child = await startComponent(store, { checkout, signal: new AbortController().signal, log: () => undefined });
  };
  await start();
  const client = new ResourceStoreClient(places.store, credentials.createInsecure(), storeChannelOptions);
  const statuses = new Map<string, ResourceStatus>();
  const watch = client.watchStatus({ namespace: "default", resourceIds: [], reporters: [] });
  watch.on("data", (response: WatchStatusResponse) => {
    for (const removed of response.removedStatuses) statuses.delete(removed.resourceId);
    for (const updated of response.updatedStatuses) statuses.set(updated.resourceId, updated);
  });
  // It ends with the store; tests that kill the store look no more at statuses.
  watch.on("error", () => undefined);
  return {
    address: places.store,
    client,
    statuses: () => statuses,
    put: async (resource) =>
      done((callback) => client.put(PutResourceRequest.fromPartial({ resource }), patient(), callback)),
    drop: async (id) => {
      const request = DropResourcesRequest.fromPartial({ namespace: "default", resourceIds: [id] });
      return done((callback) => client.drop(request, patient(), callback));
    },
    start,
    kill: async () => {
      process.kill(child.pid, "SIGKILL");
      await child.exited;
    },
    stop: async () => {
      watch.cancel();
      client.close();
      await child.stop();
    },
  };
}

/** What one reporter says of resources now, by resource id. */
export async function readStatuses(
  client: ResourceStoreClient,
  reporter: string,
): Promise<ReadonlyMap<string, ResourceStatus>> {
  return new Promise((resolve, reject) => {
    const statuses = new Map<string, ResourceStatus>();
    const watch = client.watchStatus({ namespace: "default", resourceIds: [], reporters: [reporter] });
    watch.on("data", (response: WatchStatusResponse) => {
      for (const updated of response.updatedStatuses) statuses.set(updated.resourceId, updated);
      if (!response.endOfList) return;
      resolve(statuses);
      watch.cancel();
    });
    // The cancellation comes back as an error, too; by then the promise has been settled.
    watch.on("error", reject);
  });
}

/** For a call that waits for the connection: after the store has come back, it takes the channel a moment to notice. */
function patient(): Metadata {
  return new Metadata({ waitForReady: true });
}

async function done(begin: (callback: (error: ServiceError | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => (error === null ? resolve() : reject(error)));
  });
}
