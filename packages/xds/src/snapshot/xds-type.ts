import { Cluster } from "../generated/envoy/config/cluster/v3/cluster.js";
import { ClusterLoadAssignment } from "../generated/envoy/config/endpoint/v3/endpoint.js";
import { Listener } from "../generated/envoy/config/listener/v3/listener.js";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { ScopedRouteConfiguration } from "../generated/envoy/config/route/v3/scoped_route.js";
import { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { Secret } from "../generated/envoy/extensions/transport_sockets/tls/v3/secret.js";
import { Runtime } from "../generated/envoy/service/runtime/v3/rtds.js";
import { typeUrlOf } from "../translate/any.js";

/** The types of resource that are served, by the names that people know them by. */
export const typeUrls = {
  cluster: typeUrlOf(Cluster),
  endpoints: typeUrlOf(ClusterLoadAssignment),
  listener: typeUrlOf(Listener),
  "scoped-route": typeUrlOf(ScopedRouteConfiguration),
  routes: typeUrlOf(RouteConfiguration),
  "virtual-host": typeUrlOf(VirtualHost),
  secret: typeUrlOf(Secret),
  runtime: typeUrlOf(Runtime),
} as const;

export type XdsType = keyof typeof typeUrls;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets what the keys are
export const xdsTypes = Object.keys(typeUrls) as readonly XdsType[];

const typesByUrl: ReadonlyMap<string, XdsType> = new Map(xdsTypes.map((type) => [typeUrls[type], type]));

/** The type of a URL; undefined for one that is not served. */
export function xdsTypeOf(typeUrl: string): XdsType | undefined {
  return typesByUrl.get(typeUrl);
}

/** Whether a client that rejects something takes the rest of the response. */
export function isTakenInPart(type: XdsType | undefined): boolean {
  return type === "cluster" || type === "listener";
}

/**
 * Whether a request without names asks for all resources, and a state-of-the-world response carries all that is subscribed
 * to, so that what it leaves out is gone. The other types are asked for by name, and answered in part.
 */
export function isWholeSet(type: XdsType | undefined): boolean {
  return type === "cluster" || type === "listener" || type === "scoped-route";
}
