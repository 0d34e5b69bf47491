import type { ServedService } from "@protomesh/core";
import type { ServerDuplexStream, ServiceDefinition } from "@grpc/grpc-js";
import { ClusterDiscoveryServiceService } from "../generated/envoy/service/cluster/v3/cds.js";
import { AggregatedDiscoveryServiceService } from "../generated/envoy/service/discovery/v3/ads.js";
import { EndpointDiscoveryServiceService } from "../generated/envoy/service/endpoint/v3/eds.js";
import { ListenerDiscoveryServiceService } from "../generated/envoy/service/listener/v3/lds.js";
import {
  RouteDiscoveryServiceService,
  VirtualHostDiscoveryServiceService,
} from "../generated/envoy/service/route/v3/rds.js";
import { ScopedRoutesDiscoveryServiceService } from "../generated/envoy/service/route/v3/srds.js";
import { RuntimeDiscoveryServiceService } from "../generated/envoy/service/runtime/v3/rtds.js";
import { SecretDiscoveryServiceService } from "../generated/envoy/service/secret/v3/sds.js";
import type { DeltaRequest, SotwRequest } from "../session/request.js";
import { typeUrls } from "../snapshot/xds-type.js";
import type { Transport } from "../translate/config-source.js";
import { readDeltaRequest, readSotwRequest } from "../wire/read-request.js";

/** What a stream was opened for. */
export interface StreamKind {
  readonly transport: Transport;
  /** The one type that it is about; undefined on an aggregated stream, where each request says its type. */
  readonly typeUrl: string | undefined;
}

export type SotwCall = ServerDuplexStream<SotwRequest, Buffer>;
export type DeltaCall = ServerDuplexStream<DeltaRequest, Buffer>;

export interface StreamHandlers {
  readonly sotw: (call: SotwCall, kind: StreamKind) => void;
  readonly delta: (call: DeltaCall, kind: StreamKind) => void;
}

const ads = AggregatedDiscoveryServiceService;
const cds = ClusterDiscoveryServiceService;
const eds = EndpointDiscoveryServiceService;
const lds = ListenerDiscoveryServiceService;
const rds = RouteDiscoveryServiceService;
const srds = ScopedRoutesDiscoveryServiceService;
const vhds = VirtualHostDiscoveryServiceService;
const sds = SecretDiscoveryServiceService;
const rtds = RuntimeDiscoveryServiceService;

interface Method {
  readonly path: string;
}

interface Streams {
  readonly typeUrl: string | undefined;
  /** undefined: the API has only the other transport. */
  readonly sotw: Method | undefined;
  readonly delta: Method;
}

/** The discovery services of Envoy's API: of each, the streams. */
const discoveryServices: readonly Streams[] = [
  { typeUrl: undefined, sotw: ads.streamAggregatedResources, delta: ads.deltaAggregatedResources },
  { typeUrl: typeUrls.cluster, sotw: cds.streamClusters, delta: cds.deltaClusters },
  { typeUrl: typeUrls.endpoints, sotw: eds.streamEndpoints, delta: eds.deltaEndpoints },
  { typeUrl: typeUrls.listener, sotw: lds.streamListeners, delta: lds.deltaListeners },
  { typeUrl: typeUrls["scoped-route"], sotw: srds.streamScopedRoutes, delta: srds.deltaScopedRoutes },
  { typeUrl: typeUrls.routes, sotw: rds.streamRoutes, delta: rds.deltaRoutes },
  { typeUrl: typeUrls["virtual-host"], sotw: undefined, delta: vhds.deltaVirtualHosts },
  { typeUrl: typeUrls.secret, sotw: sds.streamSecrets, delta: sds.deltaSecrets },
  { typeUrl: typeUrls.runtime, sotw: rtds.streamRuntime, delta: rtds.deltaRuntime },
];

/** All discovery services, over handlers that serve one stream each. */
export function discoveryServicesWith(handlers: StreamHandlers): ServedService[] {
  return discoveryServices.map(({ typeUrl, sotw, delta }) => {
    const sotwMethod = sotw && { sotw: streamMethod(sotw.path, readSotwRequest) };
    return {
      definition: { ...sotwMethod, delta: streamMethod(delta.path, readDeltaRequest) },
      implementation: {
        sotw: (call: SotwCall) => handlers.sotw(call, { transport: "sotw", typeUrl }),
        delta: (call: DeltaCall) => handlers.delta(call, { transport: "delta", typeUrl }),
      },
    };
  });
}

/** A stream whose requests are read by hand and whose responses are written already. */
function streamMethod(path: string, read: (bytes: Buffer) => object): ServiceDefinition[string] {
  return {
    path,
    requestStream: true,
    responseStream: true,
    requestDeserialize: read,
    responseSerialize: (bytes: Buffer) => bytes,
    requestSerialize: refuse,
    responseDeserialize: refuse,
  };
}

/** The client's half of a method, which a server does not need. */
function refuse(): never {
  throw new TypeError("this side of the method is not served");
}
