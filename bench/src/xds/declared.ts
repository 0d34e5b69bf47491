import { encodeSpec, resourceId, type KnownSpec } from "@protomesh/core";
import {
  ApplyResourcesRequest,
  HttpIngress,
  InstanceSet,
  RoutingPolicy,
  Service,
  TransportProtocol,
  type Resource,
  type ResourceStoreClient,
} from "@protomesh/core/api";

const namespace = "default";

/** How an ingress gives its virtual hosts to Envoy. */
export type HostsWay = "inline" | "on-demand" | "scoped";

export function ingress(name: string, listenPort: number, way: HostsWay = "inline"): Resource {
  const onDemandVirtualHosts = way === "on-demand";
  const scopedVirtualHosts = way === "scoped";
  return resource(name, {
    kind: "http_ingress",
    value: HttpIngress.fromPartial({ ingressName: name, listenPort, onDemandVirtualHosts, scopedVirtualHosts }),
  });
}

/** A service with so many instances on loopback, from a port on. */
export function serviceWithInstances(name: string, firstPort: number, count = 1): readonly Resource[] {
  return [
    resource(name, { kind: "service", value: Service.fromPartial({ serviceName: name }) }),
    instances(name, firstPort, count),
  ];
}

export function instances(name: string, firstPort: number, count: number): Resource {
  const value = InstanceSet.fromPartial({
    matchServiceNames: [name],
    instances: Array.from({ length: count }, (_, at) => ({
      address: "127.0.0.1",
      port: firstPort + at,
      transportProtocol: TransportProtocol.TCP,
    })),
  });
  return resource(name, { kind: "instance_set", value });
}

/** The requests of a domain below a prefix, by default all of them, to one service. */
export function route(ingressName: string, domain: string, targetService: string, matchPrefix = "/"): Resource {
  const routes = [{ matchPrefix, targetService }];
  return resource(`${ingressName} ${domain}`, {
    kind: "routing_policy",
    value: RoutingPolicy.fromPartial({ ingressName, domain, routes }),
  });
}

/** Writes many in few revisions. @returns the last revision */
export async function declareAll(store: ResourceStoreClient, resources: readonly Resource[]): Promise<bigint> {
  let revision = 0n;
  for (let at = 0; at < resources.length; at += atOnce) {
    const some = resources.slice(at, at + atOnce);
    revision = await new Promise<bigint>((resolve, reject) => {
      store.apply(ApplyResourcesRequest.fromPartial({ namespace, resources: some }), (error, response) =>
        error === null ? resolve(response.revision) : reject(error),
      );
    });
  }
  return revision;
}

const atOnce = 500;

function resource(name: string, spec: KnownSpec): Resource {
  return { namespace, id: resourceId(namespace, spec.kind, name), name, spec: encodeSpec(spec), version: undefined };
}
