import type { RoutingPolicy, RoutingPolicy_Route } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";
import type { Model } from "../model/model.js";
import type { Conflict } from "./conflict.js";
import { claimOf } from "./route-claim.js";
import { inScope, type Scope } from "./scope.js";

/** One domain of one ingress, with what every policy says of it. */
export interface PlannedVirtualHost {
  readonly ingressName: string;
  /** In lower case. */
  readonly domain: string;
  /** The oldest first. */
  readonly policies: readonly Declared<RoutingPolicy>[];
  /** By what they claim: each once, of the oldest policy that has it. */
  readonly routes: ReadonlyMap<string, PlannedRoute>;
  readonly conflicts: readonly Conflict[];
}

export interface PlannedRoute {
  readonly policy: Declared<RoutingPolicy>;
  readonly route: RoutingPolicy_Route;
}

/** Merges the policies of one domain. Undefined where there is none. */
export function plannedVirtualHost(
  model: Model,
  ingressName: string,
  domain: string,
  scope: Scope,
): PlannedVirtualHost | undefined {
  const policies = inScope(model.policies.get(ingressName)?.get(domain) ?? [], scope);
  if (policies.length === 0) return undefined;
  const routes = new Map<string, PlannedRoute>();
  const conflicts: Conflict[] = [];
  for (const policy of policies) {
    for (const route of policy.value.routes) {
      const claim = claimOf(route);
      const holder = routes.get(claim);
      if (holder === undefined) routes.set(claim, { policy, route });
      else conflicts.push(routeTaken(policy, holder.policy, domain, route.matchPrefix));
    }
  }
  return { ingressName, domain, policies, routes, conflicts };
}

function routeTaken({ id }: Declared<unknown>, winner: Declared<unknown>, domain: string, prefix: string): Conflict {
  const owner = id === winner.id ? "an earlier route of the same policy" : "an older policy";
  const message = `match_prefix ${prefix} of domain ${domain} belongs to ${owner}`;
  return { resourceId: id, winnerId: winner.id, reason: "RouteTaken", message };
}
