import type { RoutingPolicy, RoutingPolicy_Route } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";
import type { Model } from "../model/model.js";
import type { Conflict } from "./conflict.js";
import { inScope, type Scope } from "./scope.js";

/** One domain of one ingress, with what every policy says of it. */
export interface PlannedVirtualHost {
  readonly ingressName: string;
  /** In lower case. */
  readonly domain: string;
  /** The oldest first. */
  readonly policies: readonly Declared<RoutingPolicy>[];
  /** By prefix: each once, of the oldest policy that has it. */
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
      const prefix = plainPrefix(route.matchPrefix);
      const holder = routes.get(prefix);
      if (holder === undefined) routes.set(prefix, { policy, route });
      else conflicts.push(routeTaken(policy, holder.policy, domain, route.matchPrefix));
    }
  }
  return { ingressName, domain, policies, routes, conflicts };
}

/** A prefix without slashes at its end: `/api/` asks for the same paths as `/api`. */
export function plainPrefix(prefix: string): string {
  const plain = prefix.replace(/\/+$/, "");
  return plain === "" ? prefix : plain;
}

function routeTaken({ id }: Declared<unknown>, winner: Declared<unknown>, domain: string, prefix: string): Conflict {
  const owner = id === winner.id ? "an earlier route of the same policy" : "an older policy";
  const message = `match_prefix ${prefix} of domain ${domain} belongs to ${owner}`;
  return { resourceId: id, winnerId: winner.id, reason: "RouteTaken", message };
}
