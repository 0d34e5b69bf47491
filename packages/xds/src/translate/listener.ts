import { isIPv6 } from "node:net";
import type { HttpIngress } from "@protomesh/core/api";
import { Listener } from "../generated/envoy/config/listener/v3/listener.js";
import { HttpConnectionManager } from "../generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.js";
import { accessLogsOf } from "./access-log.js";
import { packed } from "./any.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { httpFiltersOf } from "./http-filters.js";
import { isOnDemand } from "./on-demand.js";
import { routesNameOf } from "./routes-name.js";
import { isScoped, scopedRoutesOf, scopeMutationOf } from "./scoped-route.js";

export interface ListenerOptions {
  readonly sources: Sources;
  /** The address of Envoy's host on which ingresses are opened. */
  readonly bindAddress: string;
}

/** The listener of an ingress. */
export function listenerOf(ingress: HttpIngress, { sources, bindAddress }: ListenerOptions): Listener {
  const address = {
    address: bindAddress,
    portSpecifier: { $case: "portValue", value: ingress.listenPort },
    ipv4Compat: isIPv6(bindAddress),
  } as const;
  const manager = connectionManagerOf(ingress, sources);
  return Listener.fromPartial({
    name: ingress.ingressName,
    address: { address: { $case: "socketAddress", value: address } },
    filterChains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            configType: { $case: "typedConfig", value: packed(HttpConnectionManager, manager) },
          },
        ],
      },
    ],
  });
}

/**
 * HTTP/1.1 and HTTP/2 on one port. As an ingress stands at the edge, the address of the connection is the client's, and
 * paths are normalised before filters and routes look at them, so that `/public/../admin` is `/admin` for both.
 */
function connectionManagerOf(ingress: HttpIngress, sources: Sources): HttpConnectionManager {
  const { ingressName, xdsClusterName, httpFilters, accessLogStdoutFormat } = ingress;
  return HttpConnectionManager.fromPartial({
    statPrefix: ingressName,
    ...(isScoped(ingress, "envoy")
      ? {
          routeSpecifier: { $case: "scopedRoutes", value: scopedRoutesOf(ingress, sources) },
          earlyHeaderMutationExtensions: [scopeMutationOf(ingressName)],
        }
      : {
          routeSpecifier: {
            $case: "rds",
            value: {
              routeConfigName: routesNameOf(ingress, sources),
              configSource: configSourceOf(sources, xdsClusterName),
            },
          },
        }),
    httpFilters: httpFiltersOf(httpFilters, { onDemand: isOnDemand(ingress, sources) }),
    accessLog: accessLogsOf(accessLogStdoutFormat),
    useRemoteAddress: true,
    normalizePath: true,
  });
}
