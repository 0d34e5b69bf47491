import type { Model } from "../model/model.js";
import type { Conflict } from "./conflict.js";
import { inScope, type Scope } from "./scope.js";

/**
 * Who refers to a service that is not there. Its routes stay, and are answered 503, as a client that is told of them may
 * know a cluster of that name from elsewhere. Instances are for the nodes of all clusters: they miss only a service that
 * no node has.
 */
export function missingServiceConflicts(model: Model, name: string, scope: Scope): readonly Conflict[] {
  const services = model.services.get(name) ?? [];
  if (inScope(services, scope).length > 0) return [];
  const message = services.length > 0 ? `no service ${name} for these nodes` : `no service ${name}`;
  const sets = services.length > 0 ? [] : (model.instanceSets.get(name) ?? []);
  const policies = inScope(model.routesTo.get(name) ?? [], scope);
  return [...sets, ...policies].map(({ id }) => ({
    resourceId: id,
    reason: "ServiceMissing",
    missing: name,
    message,
  }));
}

/** Whether routes lead to a service that is not there. */
export function isMissingService(model: Model, name: string, scope: Scope): boolean {
  return (
    inScope(model.services.get(name) ?? [], scope).length === 0 &&
    inScope(model.routesTo.get(name) ?? [], scope).length > 0
  );
}

/** The policies of one domain of an ingress that is not there. */
export function missingIngressConflicts(
  model: Model,
  ingressName: string,
  domain: string,
  scope: Scope,
): readonly Conflict[] {
  const ingresses = inScope(model.ingresses.get(ingressName) ?? [], scope);
  const message =
    ingresses.length > 0 ? `ingress ${ingressName} is not opened: its port is taken` : `no ingress ${ingressName}`;
  return inScope(model.policies.get(ingressName)?.get(domain) ?? [], scope).map(({ id }) => ({
    resourceId: id,
    reason: "IngressMissing",
    missing: ingressName,
    message,
  }));
}

/** The names of services that may be missing in one of two models and not in the other, or to others. */
export function changedReferences(before: Model, after: Model): Set<string> {
  const names = new Set<string>();
  for (const { key } of before.services.differences(after.services)) names.add(key);
  for (const { key } of before.instanceSets.differences(after.instanceSets)) names.add(key);
  for (const { key } of before.routesTo.differences(after.routesTo)) names.add(key);
  return names;
}
