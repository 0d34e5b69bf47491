import { ApiListener } from "../generated/envoy/config/listener/v3/api_listener.js";
import { Listener } from "../generated/envoy/config/listener/v3/listener.js";
import { RouteConfiguration } from "../generated/envoy/config/route/v3/route.js";
import { HttpConnectionManager } from "../generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.js";
import { packed } from "./any.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { httpFiltersOf } from "./http-filters.js";
import { inlineRoutesNameOf } from "./routes-name.js";

type RouteSpecifier = HttpConnectionManager["routeSpecifier"];

/**
 * What `xds:///INGRESS` means to gRPC: the routes of an ingress, with their virtual hosts in them. Of filters there is
 * only the router, as gRPC rejects what it does not know; what the others do is for those who come by a port.
 */
export function ingressApiListenerOf(ingressName: string, sources: Sources): Listener {
  return apiListenerOf(ingressName, {
    $case: "rds",
    value: { routeConfigName: inlineRoutesNameOf(ingressName), configSource: configSourceOf(sources, "") },
  });
}

/** What `xds:///SERVICE` means to gRPC: everything to that service. */
export function serviceApiListenerOf(serviceName: string): Listener {
  const configuration = RouteConfiguration.fromPartial({
    name: serviceName,
    virtualHosts: [
      {
        name: serviceName,
        domains: ["*"],
        routes: [
          {
            match: { pathSpecifier: { $case: "prefix", value: "" } },
            action: {
              $case: "route",
              value: { clusterSpecifier: { $case: "cluster", value: serviceName }, timeout: { seconds: 0n } },
            },
          },
        ],
      },
    ],
  });
  return apiListenerOf(serviceName, { $case: "routeConfig", value: configuration });
}

function apiListenerOf(name: string, routeSpecifier: RouteSpecifier): Listener {
  const manager = HttpConnectionManager.fromPartial({ httpFilters: httpFiltersOf([]) });
  return Listener.fromPartial({
    name,
    apiListener: ApiListener.fromPartial({
      apiListener: packed(HttpConnectionManager, { ...manager, routeSpecifier }),
    }),
  });
}
