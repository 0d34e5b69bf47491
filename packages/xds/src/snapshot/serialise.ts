import { Cluster } from "../generated/envoy/config/cluster/v3/cluster.js";
import { ClusterLoadAssignment } from "../generated/envoy/config/endpoint/v3/endpoint.js";
import { Listener } from "../generated/envoy/config/listener/v3/listener.js";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { ScopedRouteConfiguration } from "../generated/envoy/config/route/v3/scoped_route.js";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { DeferredResource } from "./deferred-resource.js";
import { digestOf, toggled, zeroDigest, type Digest } from "./digest.js";
import { joinedHosts } from "./joined-hosts.js";
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

/** The virtual hosts of some routes. */
interface Hosts {
  /** Of all of them as a set: their order, and which of them are one, follows from what they are. */
  readonly digest: Digest;
  readonly list: () => readonly VirtualHost[];
}

const noHosts: Hosts = { digest: zeroDigest, list: () => [] };

/** Routes with their virtual hosts, which are put together when a client asks. */
export function routesResource(head: RouteConfiguration, sources: () => Sources, hosts = noHosts): XdsResource {
  const { name } = head;
  const encoded = RouteConfiguration.encode(head).finish();
  const bytes = () => Buffer.concat([encoded, ...joinedHosts(hosts.list())]);
  return new DeferredResource(name, typeUrls.routes, toggled(digestOf(name, encoded), hosts.digest), bytes, sources);
}

export function virtualHostResource(host: VirtualHost, sources: Sources): XdsResource {
  return xdsResource(host.name, typeUrls["virtual-host"], VirtualHost.encode(host).finish(), sources);
}
