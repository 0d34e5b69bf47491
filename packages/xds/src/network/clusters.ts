import type { InstanceSet, Service } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";
import type { Model } from "../model/model.js";
import type { Conflict } from "./conflict.js";
import { inScope, type Scope } from "./scope.js";

/** A service that has its name, with every set of instances that names it. */
export interface PlannedCluster {
  readonly service: Declared<Service>;
  readonly sets: readonly Declared<InstanceSet>[];
}

const noSets: readonly Declared<InstanceSet>[] = [];

/** Which of the services of a name is the cluster of that name: the oldest. Undefined where there is none. */
export function plannedCluster(model: Model, name: string, scope: Scope): PlannedCluster | undefined {
  const [service] = inScope(model.services.get(name) ?? [], scope);
  return service && { service, sets: model.instanceSets.get(name) ?? noSets };
}

/** The services that lost the name to an older one. */
export function clusterConflicts(model: Model, name: string, scope: Scope): readonly Conflict[] {
  const [winner, ...losers] = inScope(model.services.get(name) ?? [], scope);
  if (winner === undefined) return [];
  return losers.map(({ id }) => ({
    resourceId: id,
    winnerId: winner.id,
    reason: "NameTaken",
    message: `service_name ${name} belongs to an older service`,
  }));
}

/** The names of services whose cluster may differ between two models. */
export function changedClusters(before: Model, after: Model): Set<string> {
  const names = new Set<string>();
  for (const { key } of before.services.differences(after.services)) names.add(key);
  for (const { key } of before.instanceSets.differences(after.instanceSets)) names.add(key);
  return names;
}

export function isSameCluster(a: PlannedCluster | undefined, b: PlannedCluster | undefined): boolean {
  return a?.service === b?.service && a?.sets === b?.sets;
}
