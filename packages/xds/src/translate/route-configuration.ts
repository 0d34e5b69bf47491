import type { HttpIngress } from "@protomesh/core/api";
import { RouteConfiguration, Vhds } from "../generated/envoy/config/route/v3/route.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { inlineRoutesNameOf, onDemandRoutesNameOf } from "./routes-name.js";
import type { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";

/** The routes of an ingress, with their virtual hosts in them. */
export function routeConfigurationOf(ingressName: string, virtualHosts: readonly VirtualHost[]): RouteConfiguration {
  // The virtual hosts are set afterwards: copying thousands of them would cost more than all else here.
  return { ...routesNamed(inlineRoutesNameOf(ingressName)), virtualHosts: [...virtualHosts] };
}

/** The routes of an ingress whose virtual hosts the client is to ask for, one by one. */
export function onDemandRouteConfigurationOf(ingress: HttpIngress, sources: Sources): RouteConfiguration {
  const { ingressName, xdsClusterName } = ingress;
  return {
    ...routesNamed(onDemandRoutesNameOf(ingressName)),
    vhds: Vhds.fromPartial({ configSource: configSourceOf(sources, xdsClusterName) }),
  };
}

/**
 * A port in a Host header is no part of what domains are compared with, as clients add it wherever an ingress is not on 80
 * or 443.
 */
function routesNamed(name: string): RouteConfiguration {
  return RouteConfiguration.fromPartial({ name, ignorePortInHostMatching: true });
}
