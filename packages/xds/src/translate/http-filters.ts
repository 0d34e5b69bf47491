import type { HttpFilter as DeclaredFilter } from "@protomesh/core/api";
import type { Any } from "../generated/google/protobuf/any.js";
import { Cors } from "../generated/envoy/extensions/filters/http/cors/v3/cors.js";
import { GrpcWeb } from "../generated/envoy/extensions/filters/http/grpc_web/v3/grpc_web.js";
import { HealthCheck } from "../generated/envoy/extensions/filters/http/health_check/v3/health_check.js";
import { JwtAuthentication } from "../generated/envoy/extensions/filters/http/jwt_authn/v3/config.js";
import { OnDemand } from "../generated/envoy/extensions/filters/http/on_demand/v3/on_demand.js";
import { Router } from "../generated/envoy/extensions/filters/http/router/v3/router.js";
import { HttpFilter } from "../generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.js";
import { packed } from "./any.js";
import { jwtAuthnOf } from "./jwt-authn.js";

/** The name of the filter for cross-origin requests, by which routes configure it. */
export const corsFilterName = "envoy.filters.http.cors";

interface NamedFilter {
  readonly name: string;
  readonly config: Any;
}

export interface FilterOptions {
  /** Whether virtual hosts are fetched when the first request for them comes. */
  readonly onDemand?: boolean;
}

/**
 * The declared filters in their order, then the router; each with a name of its own. Where virtual hosts come on demand,
 * a request waits for its own before the first filter that asks for its route; health checks and tokens need none.
 */
export function httpFiltersOf(
  declared: readonly DeclaredFilter[],
  { onDemand: isOnDemand = false }: FilterOptions = {},
): HttpFilter[] {
  const filters = [...declared.flatMap((filter) => filterOf(filter) ?? []), router];
  if (isOnDemand) filters.splice(filters.findIndex(asksForRoute), 0, onDemand);
  const uses = new Map<string, number>();
  return filters.map(({ name, config }) => {
    const use = (uses.get(name) ?? 0) + 1;
    uses.set(name, use);
    return HttpFilter.fromPartial({
      name: use === 1 ? name : `${name}-${use}`,
      configType: { $case: "typedConfig", value: config },
    });
  });
}

const onDemand: NamedFilter = {
  name: "envoy.filters.http.on_demand",
  config: packed(OnDemand, OnDemand.fromPartial({})),
};

function asksForRoute({ name }: NamedFilter): boolean {
  return name === corsFilterName || name === router.name;
}

const router: NamedFilter = { name: "envoy.filters.http.router", config: packed(Router, Router.fromPartial({})) };

/** Undefined for a filter that is declared and switched off. */
function filterOf({ filter }: DeclaredFilter): NamedFilter | undefined {
  switch (filter?.$case) {
    case undefined:
      return undefined;
    case "cors":
      return filter.value.enable ? { name: corsFilterName, config: packed(Cors, Cors.fromPartial({})) } : undefined;
    case "grpcWeb":
      return filter.value.enable
        ? { name: "envoy.filters.http.grpc_web", config: packed(GrpcWeb, GrpcWeb.fromPartial({})) }
        : undefined;
    case "healthCheck":
      return { name: "envoy.filters.http.health_check", config: packed(HealthCheck, healthCheckOf(filter.value.path)) };
    case "jwtAuthn":
      return { name: "envoy.filters.http.jwt_authn", config: packed(JwtAuthentication, jwtAuthnOf(filter.value)) };
  }
}

/** Answers one path itself, without asking an upstream. */
function healthCheckOf(path: string): HealthCheck {
  return HealthCheck.fromPartial({
    passThroughMode: false,
    headers: [
      {
        name: ":path",
        headerMatchSpecifier: { $case: "stringMatch", value: { matchPattern: { $case: "exact", value: path } } },
      },
    ],
  });
}
