import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ServedService } from "@protomesh/core";
import {
  ResourceStoreService,
  type ListResourcesRequest,
  type ResourceStoreServer,
  type WatchResourcesRequest,
} from "@protomesh/core/api";
import { apply } from "./apply.js";
import { authorOf } from "./author.js";
import { compact } from "./compact.js";
import { drop } from "./drop.js";
import { get } from "./get.js";
import { history } from "./history.js";
import { list } from "./list.js";
import { publish } from "./publish.js";
import { put } from "./put.js";
import { reportStatus } from "./report-status.js";
import { rollback } from "./rollback.js";
import { finiteStream, serverStream, unary } from "./server-call.js";
import { subscribe } from "./subscribe.js";
import type { StoreContext } from "./store-context.js";
import { version } from "./version.js";
import { watchStatus } from "./watch-status.js";
import { watch } from "./watch.js";

const asEncoded = (message: Buffer): Buffer => message;

/**
 * The service as it stands on the wire, but that responses of two calls come encoded: a watch's, as each is encoded once for
 * all watchers, and a list's, which are put together from what the database sends.
 */
const definition: ServiceDefinition = {
  ...ResourceStoreService,
  watch: { ...ResourceStoreService.watch, responseSerialize: asEncoded },
  list: { ...ResourceStoreService.list, responseSerialize: asEncoded },
};

/** The gRPC service over a store. */
export function resourceStoreService(context: StoreContext): ServedService {
  const { log } = context;
  const implementation = {
    put: unary(log, async (request, onCancelled, call) => put(context, request, authorOf(call), onCancelled)),
    drop: unary(log, async (request, onCancelled, call) => drop(context, request, authorOf(call), onCancelled)),
    get: unary(log, async (request) => get(context, request)),
    apply: unary(log, async (request, onCancelled, call) => apply(context, request, authorOf(call), onCancelled)),
    history: finiteStream(log, (request) => history(context, request)),
    rollback: unary(log, async (request, _, call) => rollback(context, request, authorOf(call))),
    compact: unary(log, async (request, onCancelled) => compact(context, request, onCancelled)),
    reportStatus: unary(log, async (request) => reportStatus(context, request)),
    watchStatus: serverStream(log, async (request, sink, signal) => watchStatus(context, request, sink, signal)),
    publish: unary(log, async (request) => publish(context, request)),
    getVersion: unary(log, async () => ({ version })),
    subscribe: serverStream(log, async (request, sink, signal) => subscribe(context, request, sink, signal)),
  } satisfies Partial<ResourceStoreServer>;
  const untyped: UntypedServiceImplementation = {
    ...implementation,
    list: unary<ListResourcesRequest, Buffer>(log, async (request) => list(context, request)),
    watch: serverStream<WatchResourcesRequest, Buffer>(log, async (request, sink, signal) =>
      watch(context, request, sink, signal),
    ),
  };
  return { definition, implementation: untyped };
}
