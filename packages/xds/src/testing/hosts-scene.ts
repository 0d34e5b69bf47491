import { httpIngress, routingPolicy } from "@protomesh/testing";
import type { HttpIngress, Resource, RoutingPolicy } from "@protomesh/core/api";
import { answerOf } from "./ask.js";
import { startTwoServices, type TwoServices } from "./two-services.js";

/** How the virtual hosts of an ingress come to Envoy. */
export const ways = ["inline", "on demand", "scoped"] as const;
export type Way = (typeof ways)[number];

const specs: Readonly<Record<Way, Partial<HttpIngress>>> = {
  inline: {},
  "on demand": { onDemandVirtualHosts: true },
  scoped: { scopedVirtualHosts: true },
};

export interface HostsScene extends TwoServices {
  /** How a request for a host is answered now. */
  readonly answer: (name: string, at?: number) => () => Promise<string>;
}

/** The ingress `public` with `one.example.com`, which the service `a` answers, and `two.example.com`, which `b` does. */
export async function startHosts(way: Way): Promise<HostsScene> {
  const scene = await startTwoServices((port) => [
    ingress("public", port, way),
    host("one.example.com", "a"),
    host("two.example.com", "b"),
  ]);
  const answer: HostsScene["answer"] =
    (name, at = scene.port) =>
    async () =>
      answerOf(at, "/x", { host: name });
  return { ...scene, answer };
}

export function ingress(name: string, listenPort: number, way: Way): Resource {
  return httpIngress({ name, spec: { ingressName: name, listenPort, ...specs[way] } });
}

/** The policy of a domain, of `public` unless told otherwise, which leads all to one service. */
export function host(domain: string, target: string, spec: PolicySpec = {}, name = domain): Resource {
  const routes = [{ matchPrefix: "/", targetService: target }];
  return routingPolicy({ name, spec: { domain, routes, ...spec } });
}

type PolicySpec = Parameters<typeof RoutingPolicy.fromPartial>[0];
