import type { HttpIngress, RoutingPolicy } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";
import type { Conflict } from "./conflict.js";

/** Whether a domain can be found by the host of a request alone: not one that stands for many, nor an IPv6 address. */
export function isScopable(domain: string): boolean {
  return !domain.includes("*") && !domain.includes(":");
}

/** The policies of a domain that an ingress with a scope for each domain cannot serve. */
export function unscopableConflicts(
  { ingressName, scopedVirtualHosts }: HttpIngress,
  domain: string,
  policies: readonly Declared<RoutingPolicy>[],
): readonly Conflict[] {
  if (!scopedVirtualHosts || isScopable(domain)) return [];
  const message = `domain ${domain} cannot be served: ingress ${ingressName} has scoped_virtual_hosts, which find exact host names only; declare the host names, or the policy for an ingress without scoped_virtual_hosts`;
  return policies.map(({ id }) => ({ resourceId: id, reason: "DomainNotScoped", message }));
}
