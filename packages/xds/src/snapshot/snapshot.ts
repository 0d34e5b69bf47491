import { PersistentMap } from "../model/persistent-map.js";
import type { PlannedCluster } from "../network/clusters.js";
import type { Network } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import type { VirtualHost } from "../generated/envoy/config/route/v3/route_components.js";
import { clusterOf, type ClusterOptions } from "../translate/cluster.js";
import { endpointsOf } from "../translate/endpoints.js";
import { listenerOf, type ListenerOptions } from "../translate/listener.js";
import { routeConfigurationOf } from "../translate/route-configuration.js";
import { virtualHostOf } from "../translate/virtual-host.js";
import { ResourceMap } from "./resource-map.js";
import { clusterResource, endpointsResource, listenerResource, routesResource } from "./serialise.js";
import type { XdsResource } from "./xds-resource.js";
import type { XdsType } from "./xds-type.js";

/** Everything that a client of one kind is to have, at one revision. Immutable. */
export interface Snapshot {
  /** The revision of the declarations that it was made from. */
  readonly revision: bigint;
  readonly resources: Readonly<Record<XdsType, ResourceMap>>;
}

/** What the translation needs to know beside the declarations. */
export type TranslationOptions = ListenerOptions & ClusterOptions;

export const emptySnapshot: Snapshot = {
  revision: 0n,
  resources: {
    cluster: ResourceMap.empty,
    endpoints: ResourceMap.empty,
    listener: ResourceMap.empty,
    routes: ResourceMap.empty,
    "virtual-host": ResourceMap.empty,
    secret: ResourceMap.empty,
    runtime: ResourceMap.empty,
  },
};

/**
 * The snapshot of `after`, from the snapshot of `before`: only what differs is translated and serialised. The same
 * snapshot where no resource differs.
 */
export function advancedSnapshot(
  snapshot: Snapshot,
  before: Network,
  after: Network,
  options: TranslationOptions,
  revision: bigint,
): Snapshot {
  const { resources } = snapshot;
  const clusters = [...before.clusters.differences(after.clusters)].map(
    (change) => [change.key, change.after] as const,
  );
  const cluster = resources.cluster.with(
    clusters.map(([name, planned]) => [name, planned && clusterFrom(planned, options)] as const),
  );
  const endpoints = resources.endpoints.with(
    clusters.map(([name, planned]) => [name, planned && endpointsFrom(planned)] as const),
  );
  const listener = resources.listener.with(
    [...before.ingresses.differences(after.ingresses)].map(({ key, after: ingress }) => {
      return [key, ingress && listenerResource(listenerOf(ingress.value, options), [ingress.id])] as const;
    }),
  );
  const routes = resources.routes.with(
    changedIngresses(before, after).map((name) => [name, routesFrom(after, name)] as const),
  );
  if (
    cluster === resources.cluster &&
    endpoints === resources.endpoints &&
    listener === resources.listener &&
    routes === resources.routes
  ) {
    return snapshot;
  }
  return { revision, resources: { ...resources, cluster, endpoints, listener, routes } };
}

function clusterFrom(planned: PlannedCluster, options: TranslationOptions): XdsResource {
  return clusterResource(clusterOf(planned, options), sourcesOf(planned));
}

function endpointsFrom(planned: PlannedCluster): XdsResource | undefined {
  const assignment = endpointsOf(planned);
  return assignment && endpointsResource(assignment, sourcesOf(planned));
}

function sourcesOf({ service, sets }: PlannedCluster): readonly string[] {
  return [service.id, ...sets.map(({ id }) => id)];
}

/** Names of the ingresses whose routes may differ. */
function changedIngresses(before: Network, after: Network): string[] {
  const names = new Set<string>();
  for (const { key } of before.ingresses.differences(after.ingresses)) names.add(key);
  for (const { key } of before.virtualHosts.differences(after.virtualHosts)) names.add(key);
  return [...names];
}

function routesFrom(network: Network, ingressName: string): XdsResource | undefined {
  const ingress = network.ingresses.get(ingressName);
  if (ingress === undefined) return undefined;
  const hosts = [...(network.virtualHosts.get(ingressName) ?? PersistentMap.empty<PlannedVirtualHost>()).values()];
  hosts.sort((a, b) => (a.domain < b.domain ? -1 : 1));
  const configuration = routeConfigurationOf(ingressName, hosts.map(translatedHost));
  const policyIds = hosts.flatMap(({ policies }) => policies.map(({ id }) => id));
  return routesResource(configuration, [ingress.id, ...policyIds]);
}

/** By what it was translated from, so that one change among thousands of hosts costs one translation. */
const translatedHosts = new WeakMap<PlannedVirtualHost, VirtualHost>();

function translatedHost(planned: PlannedVirtualHost): VirtualHost {
  let host = translatedHosts.get(planned);
  if (host === undefined) {
    host = virtualHostOf(planned);
    translatedHosts.set(planned, host);
  }
  return host;
}
