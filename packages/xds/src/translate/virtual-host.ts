import { Route, VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { CorsPolicy } from "../generated/envoy/extensions/filters/http/cors/v3/cors.js";
import { plainPrefix } from "../network/route-claim.js";
import type { PlannedRoute, PlannedVirtualHost } from "../network/virtual-hosts.js";
import { packed } from "./any.js";
import type { ClientProgram } from "./client-program.js";
import { corsPolicyOf } from "./cors.js";
import { bounded } from "./duration.js";
import { corsFilterName } from "./http-filters.js";
import { virtualHostNameOf } from "./virtual-host-name.js";
import { byPrecedence, grpcPathMatchesOf, pathMatchesOf, type PathMatch } from "./path-match.js";

/** A declared route with what it asks of a path. */
export interface MatchedRoute {
  readonly match: PathMatch;
  readonly planned: PlannedRoute;
}

/** The routes of all policies of one domain, in the order in which a client is to try them. */
export function matchedRoutesOf(
  { routes }: PlannedVirtualHost,
  program: ClientProgram = "envoy",
): readonly MatchedRoute[] {
  const matched = [...routes.values()].flatMap((planned) => {
    const { matchPrefix, prefixRewrite } = planned.route;
    const prefix = plainPrefix(matchPrefix);
    const matches = program === "grpc" ? grpcPathMatchesOf(prefix) : pathMatchesOf(prefix, prefixRewrite);
    return matches.map((match) => ({ match, planned }));
  });
  return matched.sort((a, b) => byPrecedence(a.match, b.match));
}

/** The virtual host of one domain. */
export function virtualHostOf(planned: PlannedVirtualHost, program: ClientProgram = "envoy"): VirtualHost {
  const { ingressName, domain } = planned;
  return VirtualHost.fromPartial({
    name: virtualHostNameOf({ ingressName, host: domain }),
    domains: [domain],
    routes: matchedRoutesOf(planned, program).map((route) => routeOf(route, program)),
  });
}

/** Without a declared timeout Envoy's own of 15 s holds; one of zero switches it off. */
function routeOf({ match, planned: { policy, route } }: MatchedRoute, program: ClientProgram): Route {
  // gRPC rejects the configuration of filters that it does not know.
  const cors = program === "grpc" ? undefined : policy.value.cors;
  const timeout = bounded(route.timeout);
  return Route.fromPartial({
    match: { pathSpecifier: { $case: match.kind, value: match.value } },
    action: {
      $case: "route",
      value: {
        clusterSpecifier: { $case: "cluster", value: route.targetService },
        prefixRewrite: match.rewrite,
        timeout,
        // By gRPC's own rules (A31), this is what bounds a call there.
        maxStreamDuration: program === "grpc" && timeout !== undefined ? { maxStreamDuration: timeout } : undefined,
      },
    },
    typedPerFilterConfig: cors === undefined ? {} : { [corsFilterName]: packed(CorsPolicy, corsPolicyOf(cors)) },
  });
}
