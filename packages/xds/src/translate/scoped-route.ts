import type { HttpIngress } from "@protomesh/core/api";
import type { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { ScopedRouteConfiguration } from "../generated/envoy/config/route/v3/scoped_route.js";
import { HeaderMutation } from "../generated/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.js";
import { ScopedRoutes } from "../generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.js";
import type { TypedExtensionConfig } from "../generated/envoy/config/core/v3/extension.js";
import { HeaderValueOption_HeaderAppendAction } from "../generated/envoy/config/core/v3/base.js";
import { packed } from "./any.js";
import type { ClientProgram } from "./client-program.js";
import { configSourceOf, type Sources } from "./config-source.js";
import { routeConfigurationOf } from "./route-configuration.js";
import { isScopable } from "../network/scopable.js";
import type { HostOfIngress } from "./virtual-host-name.js";

/**
 * Whether each domain of an ingress has a RouteConfiguration of its own, which Envoy finds by the host of a request. gRPC
 * knows no scopes and gets all in one.
 */
export function isScoped({ scopedVirtualHosts }: HttpIngress, program: ClientProgram): boolean {
  return scopedVirtualHosts && program === "envoy";
}

/**
 * The name of a scope, which is also its key: `<ingress>/<domain>`. The name of the ingress is escaped,
 * so that there is no other slash, and no colon. Undefined for a domain that no scope can be for.
 */
export function scopeNameOf({ ingressName, host }: HostOfIngress): string | undefined {
  return isScopable(host) ? `${encodeURIComponent(ingressName)}/${host}` : undefined;
}

/** The name of the ingress of a scope, by the scope's name. */
export function ingressOfScope(name: string): string {
  return decodeURIComponent(name.slice(0, name.lastIndexOf("/")));
}

/**
 * The routes of one domain, and the key of the requests that they are for. They stand in the scope itself, not in routes of
 * their own: Envoy opens a listener when it has its scopes, and would not wait for those.
 */
export function scopedRouteOf(name: string, host: VirtualHost): ScopedRouteConfiguration {
  return ScopedRouteConfiguration.fromPartial({
    name,
    key: { fragments: [{ type: { $case: "stringKey", value: name } }] },
    routeConfiguration: {
      ...routeConfigurationOf(name),
      virtualHosts: [host],
      // What Envoy wrote into the request to find its scope does not go on to upstreams.
      requestHeadersToRemove: [scopeHeader],
      // A route to a cluster that is missing is answered 503, as in routes that come by themselves.
      validateClusters: false,
    },
  });
}

/** How a listener finds the scope of a request: by a header that `scopeMutationOf` writes, as far as the host's port. */
export function scopedRoutesOf({ ingressName, xdsClusterName }: HttpIngress, sources: Sources): ScopedRoutes {
  const configSource = configSourceOf(sources, xdsClusterName);
  const extractor = {
    name: scopeHeader,
    elementSeparator: ":",
    extractType: { $case: "index", value: 0 },
  } as const;
  return ScopedRoutes.fromPartial({
    name: ingressName,
    scopeKeyBuilder: { fragments: [{ type: { $case: "headerValueExtractor", value: extractor } }] },
    rdsConfigSource: configSource,
    configSpecifier: { $case: "scopedRds", value: { scopedRdsConfigSource: configSource } },
  });
}

/**
 * Writes ingress and host of a request into a header, before its route is looked for, in place of what a client may have
 * written there. All ingresses of an Envoy share its scopes, so that the host alone would not do.
 */
export function scopeMutationOf(ingressName: string): TypedExtensionConfig {
  const mutation = HeaderMutation.fromPartial({
    mutations: [
      {
        action: {
          $case: "append",
          value: {
            header: {
              key: scopeHeader,
              value: `${encodeURIComponent(ingressName).replaceAll("%", "%%")}/%REQ(:authority)%`,
            },
            appendAction: HeaderValueOption_HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD,
          },
        },
      },
    ],
  });
  return { name: "envoy.http.early_header_mutation.header_mutation", typedConfig: packed(HeaderMutation, mutation) };
}

const scopeHeader = "x-protomesh-scope";
