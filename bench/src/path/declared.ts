import { encodeSpec, resourceId, type KnownSpec } from "@protomesh/core";
import {
  HttpIngress,
  InstanceSet,
  RoutingPolicy,
  Service,
  TransportProtocol,
  type Resource,
} from "@protomesh/core/api";

/** A service on loopback behind an ingress, reached by prefixes that a policy routes to it. */
export interface DeclaredPath {
  readonly ingressPort: number;
  readonly upstreamPort: number;
}

const namespace = "default";

export function declaredPath({ ingressPort, upstreamPort }: DeclaredPath): readonly Resource[] {
  return [
    resource("edge", {
      kind: "http_ingress",
      value: HttpIngress.fromPartial({ ingressName: "edge", listenPort: ingressPort }),
    }),
    resource("upstream", { kind: "service", value: Service.fromPartial({ serviceName: "upstream" }) }),
    resource("upstream", {
      kind: "instance_set",
      value: InstanceSet.fromPartial({
        matchServiceNames: ["upstream"],
        instances: [{ address: "127.0.0.1", port: upstreamPort, transportProtocol: TransportProtocol.TCP }],
      }),
    }),
  ];
}

/** A policy that routes one prefix, and nothing else, to the upstream. */
export function declaredRoute(prefix: string): Resource {
  return resource("route", {
    kind: "routing_policy",
    value: RoutingPolicy.fromPartial({
      ingressName: "edge",
      domain: "*",
      routes: [{ matchPrefix: prefix, targetService: "upstream" }],
    }),
  });
}

function resource(name: string, spec: KnownSpec): Resource {
  return { namespace, id: resourceId(namespace, spec.kind, name), name, spec: encodeSpec(spec), version: undefined };
}
