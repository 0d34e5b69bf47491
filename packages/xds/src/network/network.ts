import type { HttpIngress, RoutingPolicy } from "@protomesh/core/api";
import type { Declared } from "../model/declared.js";
import { emptyModel, type Model } from "../model/model.js";
import { PersistentMap } from "../model/persistent-map.js";
import { changedClusters, clusterConflicts, isSameCluster, plannedCluster, type PlannedCluster } from "./clusters.js";
import type { Conflict } from "./conflict.js";
import { plannedIngresses } from "./ingresses.js";
import { changedReferences, isMissingService, missingIngressConflicts, missingServiceConflicts } from "./missing.js";
import { unscopableConflicts } from "./scopable.js";
import { inScope, type Scope } from "./scope.js";
import { plannedVirtualHost, type PlannedVirtualHost } from "./virtual-hosts.js";

/** What the nodes of a scope are to be: each name claimed once, every conflict decided. Immutable. */
export interface Network {
  /** By service name. */
  readonly clusters: PersistentMap<PlannedCluster>;
  /** By ingress name. */
  readonly ingresses: PersistentMap<Declared<HttpIngress>>;
  /** By ingress name, whether or not there is such an ingress, and below that by domain. */
  readonly virtualHosts: PersistentMap<PersistentMap<PlannedVirtualHost>>;
  /** The names of services that routes lead to and that are not there. */
  readonly missingServices: PersistentMap<true>;
  /** By what is contended, such as `service billing`. */
  readonly conflicts: PersistentMap<readonly Conflict[]>;
}

export const emptyNetwork: Network = {
  clusters: PersistentMap.empty(),
  ingresses: PersistentMap.empty(),
  virtualHosts: PersistentMap.empty(),
  missingServices: PersistentMap.empty(),
  conflicts: PersistentMap.empty(),
};

/** The network of a model, from nothing. */
export function networkOf(model: Model, scope: Scope): Network {
  return advancedNetwork(emptyNetwork, emptyModel, model, scope);
}

/**
 * The network of `after`, from the network of `before`: costs what the difference of the two models costs. What has not
 * changed keeps its identity.
 */
export function advancedNetwork(network: Network, before: Model, after: Model, scope: Scope): Network {
  const conflicts: [string, readonly Conflict[] | undefined][] = [];
  const note = (contended: string, found: readonly Conflict[]) =>
    conflicts.push([contended, found.length === 0 ? undefined : found]);
  const clusters = advancedClusters(network.clusters, before, after, scope, note);
  const ingresses = advancedIngresses(network.ingresses, before, after, scope, note);
  const virtualHosts = advancedVirtualHosts(network.virtualHosts, before, after, scope, note);
  const missing: [string, true | undefined][] = [];
  for (const name of changedReferences(before, after)) {
    note(`reference to service ${name}`, missingServiceConflicts(after, name, scope));
    missing.push([name, isMissingService(after, name, scope) || undefined]);
  }
  for (const [name, domain] of concernedDomains(network.ingresses, ingresses, before, after)) {
    const ingress = ingresses.get(name)?.value;
    const found =
      ingress === undefined
        ? missingIngressConflicts(after, name, domain, scope)
        : unscopableConflicts(ingress, domain, inScope(after.policies.get(name)?.get(domain) ?? [], scope));
    note(`ingress of ${name}/${domain}`, found);
  }
  return {
    clusters,
    ingresses,
    virtualHosts,
    missingServices: network.missingServices.with(missing),
    conflicts: network.conflicts.with(conflicts),
  };
}

/** All conflicts of a network: of each, who loses and why. A resource may stand in several. */
export function conflictsOf({ conflicts }: Network): readonly Conflict[] {
  return [...conflicts.values()].flat();
}

type Note = (contended: string, conflicts: readonly Conflict[]) => void;

function advancedClusters(
  clusters: Network["clusters"],
  before: Model,
  after: Model,
  scope: Scope,
  note: Note,
): Network["clusters"] {
  const changes = [...changedClusters(before, after)].map((name) => {
    note(`service ${name}`, clusterConflicts(after, name, scope));
    const known = clusters.get(name);
    const planned = plannedCluster(after, name, scope);
    return [name, isSameCluster(known, planned) ? known : planned] as const;
  });
  return clusters.with(changes);
}

function advancedIngresses(
  ingresses: Network["ingresses"],
  before: Model,
  after: Model,
  scope: Scope,
  note: Note,
): Network["ingresses"] {
  if (before.ingresses === after.ingresses) return ingresses;
  const { byName, conflicts } = plannedIngresses(after, scope);
  note("ingresses", conflicts);
  const gone = [...ingresses.keys()].filter((name) => !byName.has(name));
  return ingresses.with([...gone.map((name) => [name, undefined] as const), ...byName]);
}

function advancedVirtualHosts(
  virtualHosts: Network["virtualHosts"],
  before: Model,
  after: Model,
  scope: Scope,
  note: Note,
): Network["virtualHosts"] {
  const changes = [...before.policies.differences(after.policies)].map(
    ({ key: ingressName, before: was, after: is }) => {
      const domains = (was ?? PersistentMap.empty()).differences(is ?? PersistentMap.empty());
      const hosts = [...domains].map(({ key: domain }) => {
        const planned = plannedVirtualHost(after, ingressName, domain, scope);
        note(`routes ${ingressName}/${domain}`, planned?.conflicts ?? []);
        return [domain, planned] as const;
      });
      const known = virtualHosts.get(ingressName) ?? PersistentMap.empty<PlannedVirtualHost>();
      const planned = known.with(hosts);
      return [ingressName, planned.size === 0 ? undefined : planned] as const;
    },
  );
  return virtualHosts.with(changes);
}

/** By ingress name, the domains whose policies may have lost or found their ingress. */
function* concernedDomains(
  known: Network["ingresses"],
  advanced: Network["ingresses"],
  before: Model,
  after: Model,
): Iterable<readonly [ingressName: string, domain: string]> {
  const none = PersistentMap.empty<readonly Declared<RoutingPolicy>[]>();
  for (const { key: name, before: was, after: is } of before.policies.differences(after.policies)) {
    for (const { key: domain } of (was ?? none).differences(is ?? none)) yield [name, domain];
  }
  for (const { key: name } of before.ingresses.differences(after.ingresses)) {
    for (const domain of after.policies.get(name)?.keys() ?? []) yield [name, domain];
  }
  for (const { key: name, before: was, after: is } of known.differences(advanced)) {
    if (was !== undefined && is !== undefined) continue;
    for (const domain of after.policies.get(name)?.keys() ?? []) yield [name, domain];
  }
}
