import type { DeclaredResource, Violation } from "@protomesh/core";
import type { HttpIngress, InstanceSet, RoutingPolicy, Service } from "@protomesh/core/api";
import type { Grouped } from "./grouped.js";
import { PersistentMap } from "./persistent-map.js";

/** What a namespace declares of its network, found by what the declarations claim. Immutable. */
export interface Model {
  readonly history: string;
  readonly revision: bigint;
  /** By id: what the indexes below were made from. */
  readonly resources: PersistentMap<DeclaredResource>;
  /** By service name. */
  readonly services: Grouped<Service>;
  /** By the name of each service that a set is for. */
  readonly instanceSets: Grouped<InstanceSet>;
  /** By ingress name. */
  readonly ingresses: Grouped<HttpIngress>;
  /** By ingress name, and below that by domain in lower case. */
  readonly policies: PersistentMap<Grouped<RoutingPolicy>>;
  /** By the name of each service that a policy has routes to. */
  readonly routesTo: Grouped<RoutingPolicy>;
  /** By id: what no Envoy could take, and is in no index. */
  readonly refused: PersistentMap<readonly Violation[]>;
  /** By node cluster: how many declarations are meant for it alone. */
  readonly nodeClusters: PersistentMap<number>;
}

export const emptyModel: Model = {
  history: "",
  revision: 0n,
  resources: PersistentMap.empty(),
  services: PersistentMap.empty(),
  instanceSets: PersistentMap.empty(),
  ingresses: PersistentMap.empty(),
  policies: PersistentMap.empty(),
  routesTo: PersistentMap.empty(),
  refused: PersistentMap.empty(),
  nodeClusters: PersistentMap.empty(),
};
