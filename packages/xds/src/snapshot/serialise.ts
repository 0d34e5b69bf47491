import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Cluster } from "../generated/envoy/config/cluster/v3/cluster.js";
import { ClusterLoadAssignment } from "../generated/envoy/config/endpoint/v3/endpoint.js";
import { Listener } from "../generated/envoy/config/listener/v3/listener.js";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { ScopedRouteConfiguration } from "../generated/envoy/config/route/v3/scoped_route.js";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { retoldScope } from "./retold-scope.js";
import { typeUrls } from "./xds-type.js";
import { xdsResource, type Source, type XdsResource } from "./xds-resource.js";

type Sources = readonly Source[];

export function clusterResource(cluster: Cluster, sources: Sources): XdsResource {
  return xdsResource(cluster.name, typeUrls.cluster, Cluster.encode(cluster).finish(), sources);
}

export function endpointsResource(assignment: ClusterLoadAssignment, sources: Sources): XdsResource {
  const bytes = ClusterLoadAssignment.encode(assignment).finish();
  return xdsResource(assignment.clusterName, typeUrls.endpoints, bytes, sources);
}

export function listenerResource(listener: Listener, sources: Sources): XdsResource {
  return xdsResource(listener.name, typeUrls.listener, Listener.encode(listener).finish(), sources);
}

export function scopedRouteResource(scope: ScopedRouteConfiguration, sources: Sources): XdsResource {
  const bytes = ScopedRouteConfiguration.encode(scope).finish();
  return { ...xdsResource(scope.name, typeUrls["scoped-route"], bytes, sources), retold: retoldScope };
}

/** Virtual hosts that have been serialised before are not serialised again. */
export function routesResource(configuration: RouteConfiguration, sources: Sources): XdsResource {
  const head = RouteConfiguration.encode({ ...configuration, virtualHosts: [] }).finish();
  const bytes = Buffer.concat([head, ...configuration.virtualHosts.map(fieldOf)]);
  return xdsResource(configuration.name, typeUrls.routes, bytes, sources);
}

export function virtualHostResource(host: VirtualHost, sources: Sources): XdsResource {
  return xdsResource(host.name, typeUrls["virtual-host"], bytesOf(host), sources);
}

/** RouteConfiguration.virtual_hosts: field 2, length-delimited. */
const virtualHostsTag = (2 << 3) | 2;

const virtualHostFields = new WeakMap<VirtualHost, Uint8Array>();

/** A virtual host as a field of a route configuration: joined, fields are a message. */
function fieldOf(host: VirtualHost): Uint8Array {
  let field = virtualHostFields.get(host);
  if (field === undefined) {
    field = new BinaryWriter().uint32(virtualHostsTag).bytes(VirtualHost.encode(host).finish()).finish();
    virtualHostFields.set(host, field);
  }
  return field;
}

const virtualHostBytes = new WeakMap<VirtualHost, Uint8Array>();

function bytesOf(host: VirtualHost): Uint8Array {
  let bytes = virtualHostBytes.get(host);
  if (bytes === undefined) {
    bytes = VirtualHost.encode(host).finish();
    virtualHostBytes.set(host, bytes);
  }
  return bytes;
}
