import { validateSpec, type DeclaredResource, type Violation, type WatchBatch } from "@protomesh/core";
import type { HttpIngress, InstanceSet, RoutingPolicy, Service } from "@protomesh/core/api";
import type { Declared } from "./declared.js";
import { regrouped, type Claim, type Grouped } from "./grouped.js";
import type { Model } from "./model.js";
import { targetServicesOf } from "./target-services.js";
import { PersistentMap } from "./persistent-map.js";

/** The only place where the model changes. Pure. What a batch does not concern keeps its identity. */
export function applyBatch(model: Model, batch: WatchBatch): Model {
  const { gone, come } = changesOf(model, batch);
  const goneClaims = claimsOf(gone, model.refused);
  const refusals = come.map((resource) => [resource.id, violationsOf(resource)] as const);
  const refused = model.refused.with([...gone.map(({ id }) => [id, undefined] as const), ...refusals]);
  const comeClaims = claimsOf(come, refused);
  return {
    history: batch.history,
    revision: batch.revision,
    resources: model.resources.with([
      ...gone.map(({ id }) => [id, undefined] as const),
      ...come.map((resource) => [resource.id, resource] as const),
    ]),
    services: regrouped(model.services, goneClaims.services, comeClaims.services),
    instanceSets: regrouped(model.instanceSets, goneClaims.instanceSets, comeClaims.instanceSets),
    ingresses: regrouped(model.ingresses, goneClaims.ingresses, comeClaims.ingresses),
    policies: policiesAfter(model.policies, goneClaims.policies, comeClaims.policies),
    routesTo: regrouped(model.routesTo, goneClaims.routesTo, comeClaims.routesTo),
    refused,
    nodeClusters: recounted(model.nodeClusters, goneClaims.nodeClusters, comeClaims.nodeClusters),
  };
}

interface Changes {
  /** As the model has them: dropped, or about to be replaced. */
  readonly gone: readonly DeclaredResource[];
  readonly come: readonly DeclaredResource[];
}

/** A reset is turned into the changes that lead to its state, so that what is equal stays as it is. */
function changesOf({ resources }: Model, { reset, updated, dropped }: WatchBatch): Changes {
  const come = updated.filter((resource) => !isSame(resources.get(resource.id), resource));
  const kept = new Set(reset ? updated.map(({ id }) => id) : []);
  const droppedIds = reset ? [...resources.keys()].filter((id) => !kept.has(id)) : dropped.map(({ id }) => id);
  const gone = [...come.map(({ id }) => id), ...droppedIds].flatMap((id) => resources.get(id) ?? []);
  return { gone, come };
}

function isSame(known: DeclaredResource | undefined, resource: DeclaredResource): boolean {
  return (
    known?.hash === resource.hash && known.index === resource.index && known.createdIndex === resource.createdIndex
  );
}

function violationsOf({ spec }: DeclaredResource): readonly Violation[] | undefined {
  const violations = validateSpec(spec);
  return violations.length === 0 ? undefined : violations;
}

/** What resources claim, by index. */
interface Claims {
  readonly services: Claim<Service>[];
  readonly instanceSets: Claim<InstanceSet>[];
  readonly ingresses: Claim<HttpIngress>[];
  /** By ingress name. */
  readonly policies: Map<string, Claim<RoutingPolicy>[]>;
  readonly routesTo: Claim<RoutingPolicy>[];
  readonly nodeClusters: string[];
}

function claimsOf(resources: readonly DeclaredResource[], refused: PersistentMap<unknown>): Claims {
  const claims: Claims = {
    services: [],
    instanceSets: [],
    ingresses: [],
    policies: new Map(),
    routesTo: [],
    nodeClusters: [],
  };
  for (const resource of resources) if (refused.get(resource.id) === undefined) addClaims(claims, resource);
  return claims;
}

function addClaims(claims: Claims, { id, index, createdIndex, spec }: DeclaredResource): void {
  const declaredAs = <T>(value: T): Declared<T> => ({ id, index, createdIndex, value });
  switch (spec.kind) {
    case "service":
      claims.services.push({ key: spec.value.serviceName, declared: declaredAs(spec.value) });
      claims.nodeClusters.push(spec.value.xdsClusterName);
      return;
    case "instance_set":
      for (const key of new Set(spec.value.matchServiceNames)) {
        claims.instanceSets.push({ key, declared: declaredAs(spec.value) });
      }
      return;
    case "http_ingress":
      claims.ingresses.push({ key: spec.value.ingressName, declared: declaredAs(spec.value) });
      claims.nodeClusters.push(spec.value.xdsClusterName);
      return;
    case "routing_policy": {
      const { ingressName, domain, xdsClusterName } = spec.value;
      const declared = declaredAs(spec.value);
      const ofIngress = claims.policies.get(ingressName) ?? [];
      ofIngress.push({ key: domain.toLowerCase(), declared });
      claims.policies.set(ingressName, ofIngress);
      for (const key of targetServicesOf(spec.value)) claims.routesTo.push({ key, declared });
      claims.nodeClusters.push(xdsClusterName);
      return;
    }
    case "gateway_policy":
    case "process_trigger":
    case "unknown":
    case "undecodable":
      return;
  }
}

function policiesAfter(
  policies: Model["policies"],
  gone: Claims["policies"],
  come: Claims["policies"],
): PersistentMap<Grouped<RoutingPolicy>> {
  const ingressNames = new Set([...gone.keys(), ...come.keys()]);
  return policies.with(
    [...ingressNames].map((name) => {
      const before = policies.get(name) ?? PersistentMap.empty();
      const after = regrouped(before, gone.get(name) ?? [], come.get(name) ?? []);
      return [name, after.size === 0 ? undefined : after] as const;
    }),
  );
}

function recounted(
  counts: PersistentMap<number>,
  gone: readonly string[],
  come: readonly string[],
): PersistentMap<number> {
  const changed = new Map<string, number>();
  const add = (name: string, amount: number) =>
    changed.set(name, (changed.get(name) ?? counts.get(name) ?? 0) + amount);
  for (const name of gone) add(name, -1);
  for (const name of come) add(name, 1);
  return counts.with([...changed].map(([name, count]) => [name, count === 0 ? undefined : count] as const));
}
