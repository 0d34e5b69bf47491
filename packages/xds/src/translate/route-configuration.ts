import type { HttpIngress } from "@protomesh/core/api";
import { RouteConfiguration, Vhds } from "../generated/envoy/config/route/v3/route.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { onDemandRoutesNameOf } from "./routes-name.js";

/**
 * Routes without any virtual host yet. A port in a Host header is no part of what domains are compared with, as clients add
 * it wherever an ingress is not on 80 or 443.
 */
export function routeConfigurationOf(name: string): RouteConfiguration {
  return RouteConfiguration.fromPartial({ name, ignorePortInHostMatching: true });
}

/** The routes of an ingress whose virtual hosts the client is to ask for, one by one. */
export function onDemandRouteConfigurationOf(ingress: HttpIngress, sources: Sources): RouteConfiguration {
  const { ingressName, xdsClusterName } = ingress;
  return {
    ...routeConfigurationOf(onDemandRoutesNameOf(ingressName)),
    vhds: Vhds.fromPartial({ configSource: configSourceOf(sources, xdsClusterName) }),
  };
}
