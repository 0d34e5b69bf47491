import type { Resource } from "@protomesh/core/api";
import type { PlannedCluster } from "../network/clusters.js";
import { networkOf } from "../network/network.js";
import type { PlannedVirtualHost } from "../network/virtual-hosts.js";
import { modelOf } from "./models.js";

/** The cluster that a service and its sets are planned as. */
export function plannedClusterOf(service: Resource, ...sets: readonly Resource[]): PlannedCluster {
  const { clusters } = networkOf(modelOf(service, ...sets), { of: "every-node" });
  return only(clusters.values());
}

/** The virtual host that policies of one domain are planned as. */
export function plannedVirtualHostOf(...policies: readonly Resource[]): PlannedVirtualHost {
  const { virtualHosts } = networkOf(modelOf(...policies), { of: "every-node" });
  return only(only(virtualHosts.values()).values());
}

function only<T>(values: Iterable<T>): T {
  const [first, ...others] = values;
  if (first === undefined || others.length > 0) throw new Error(`one was expected, there are ${others.length + 1}`);
  return first;
}
