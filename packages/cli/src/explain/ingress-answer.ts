import type {
  HttpIngress,
  InstanceSet_Instance,
  RoutingPolicy,
  RoutingPolicy_Route,
  Service,
} from "@protomesh/core/api";
import { instancesOf, matchedRoutesOf, type Declared, type Network, type PathMatch } from "@protomesh/xds";
import type { AskedRequest } from "./asked-request.js";
import { filteredBy, type Filtered } from "./filters.js";
import { normalPath } from "./normal-path.js";
import { rewrittenPath, takesPath } from "./route-match.js";
import { domainFor, scopeFor } from "./virtual-host-match.js";

/** How an Envoy would answer a request that reaches one of its ingresses, and by what. */
export interface IngressAnswer {
  readonly ingress: Declared<HttpIngress>;
  readonly filtered: Filtered;
  /** Undefined where a filter answers, or no domain takes the host. */
  readonly domain?: string;
  /** The route that takes the path. */
  readonly route?: TakenRoute;
  /** Undefined where the nodes have no such service. */
  readonly service?: Declared<Service>;
  /** The ids of the sets that the instances come from. */
  readonly setIds: readonly string[];
  readonly instances: readonly InstanceSet_Instance[];
  /** The status of Envoy's own answer; undefined: one of the instances answers. */
  readonly status?: 200 | 404 | 503;
}

export interface TakenRoute {
  readonly policy: Declared<RoutingPolicy>;
  readonly route: RoutingPolicy_Route;
  readonly match: PathMatch;
  /** What the service is asked for, without the query. */
  readonly path: string;
}

/** What the nodes that have a network make of a request to one of its ingresses. */
export function ingressAnswer(network: Network, ingress: Declared<HttpIngress>, asked: AskedRequest): IngressAnswer {
  const path = normalPath(asked.path);
  const filtered = filteredBy(ingress.value.httpFilters, { path, query: asked.query });
  const begun = { ingress, filtered, setIds: [], instances: [] };
  if (filtered.isHealthCheck) return { ...begun, status: 200 };
  const hosts = network.virtualHosts.get(ingress.value.ingressName);
  const domain = ingress.value.scopedVirtualHosts
    ? scopeFor(hosts?.keys() ?? [], asked.host)
    : domainFor(hosts?.keys() ?? [], asked.host);
  const host = domain === undefined ? undefined : hosts?.get(domain);
  if (domain === undefined || host === undefined) return { ...begun, status: 404 };
  const taken = matchedRoutesOf(host).find(({ match }) => takesPath(match, path));
  if (taken === undefined) return { ...begun, domain, status: 404 };
  const { match, planned } = taken;
  const routed = { ...begun, domain, route: { ...planned, match, path: rewrittenPath(match, path) } };
  const cluster = network.clusters.get(planned.route.targetService);
  if (cluster === undefined) return { ...routed, status: 503 };
  const { service, sets } = cluster;
  const instances = instancesOf(sets);
  const reached = { ...routed, service, setIds: sets.map(({ id }) => id), instances };
  return instances.length === 0 ? { ...reached, status: 503 } : reached;
}
