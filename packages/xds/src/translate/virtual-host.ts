import { Route, VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { CorsPolicy } from "../generated/envoy/extensions/filters/http/cors/v3/cors.js";
import type { PlannedRoute, PlannedVirtualHost } from "../network/virtual-hosts.js";
import { packed } from "./any.js";
import { corsPolicyOf } from "./cors.js";
import { corsFilterName } from "./http-filters.js";
import { byPrecedence, pathMatchesOf, type PathMatch } from "./path-match.js";

export function virtualHostName(ingressName: string, domain: string): string {
  return `${ingressName}/${domain}`;
}

/** A declared route with what it asks of a path. */
export interface MatchedRoute {
  readonly match: PathMatch;
  readonly planned: PlannedRoute;
}

/** The routes of all policies of one domain, in the order in which Envoy is to try them. */
export function matchedRoutesOf({ routes }: PlannedVirtualHost): readonly MatchedRoute[] {
  const matched = [...routes].flatMap(([prefix, planned]) =>
    pathMatchesOf(prefix, planned.route.prefixRewrite).map((match) => ({ match, planned })),
  );
  return matched.sort((a, b) => byPrecedence(a.match, b.match));
}

/** The virtual host of one domain. */
export function virtualHostOf(planned: PlannedVirtualHost): VirtualHost {
  const { ingressName, domain } = planned;
  return VirtualHost.fromPartial({
    name: virtualHostName(ingressName, domain),
    domains: [domain],
    routes: matchedRoutesOf(planned).map(routeOf),
  });
}

/** Without a declared timeout Envoy's own of 15 s holds; one of zero switches it off. */
function routeOf({ match, planned: { policy, route } }: MatchedRoute): Route {
  const { cors } = policy.value;
  return Route.fromPartial({
    match: { pathSpecifier: { $case: match.kind, value: match.value } },
    action: {
      $case: "route",
      value: {
        clusterSpecifier: { $case: "cluster", value: route.targetService },
        prefixRewrite: match.rewrite,
        timeout: route.timeout,
      },
    },
    typedPerFilterConfig: cors === undefined ? {} : { [corsFilterName]: packed(CorsPolicy, corsPolicyOf(cors)) },
  });
}
