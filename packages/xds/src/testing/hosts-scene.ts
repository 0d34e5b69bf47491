import { freePort, httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import type { HttpIngress, Resource, RoutingPolicy } from "@protomesh/core/api";
import { answerOf } from "./ask.js";
import { Environment } from "./environment.js";
import { startUpstream, type Upstream } from "./upstream.js";

/** How the virtual hosts of an ingress come to Envoy. */
export const ways = ["inline", "on demand", "scoped"] as const;
export type Way = (typeof ways)[number];

const specs: Readonly<Record<Way, Partial<HttpIngress>>> = {
  inline: {},
  "on demand": { onDemandVirtualHosts: true },
  scoped: { scopedVirtualHosts: true },
};

/** The ingress `public` with `one.example.com`, which the service `a` answers, and `two.example.com`, which `b` does. */
export class HostsScene {
  readonly environment: Environment;
  /** Of the ingress. */
  readonly port: number;
  readonly a: Upstream;
  readonly b: Upstream;

  private constructor(environment: Environment, port: number, a: Upstream, b: Upstream) {
    this.environment = environment;
    this.port = port;
    this.a = a;
    this.b = b;
  }

  static async start(way: Way): Promise<HostsScene> {
    const [a, b, port] = await Promise.all([startUpstream("a"), startUpstream("b"), freePort()]);
    const environment = await Environment.start([
      ingress("public", port, way),
      service({ name: "a" }),
      instances("a", a.port),
      service({ name: "b" }),
      instances("b", b.port),
      host("one.example.com", "a"),
      host("two.example.com", "b"),
    ]);
    return new HostsScene(environment, port, a, b);
  }

  /** How a request for a host is answered now. */
  readonly answer =
    (name: string, at: number = this.port): (() => Promise<string>) =>
    async () =>
      answerOf(at, "/x", { host: name });

  async stop(): Promise<void> {
    await this.environment.stop();
    await Promise.all([this.a.stop(), this.b.stop()]);
  }
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

export function instances(serviceName: string, port: number): Resource {
  return instanceSet({ name: serviceName, spec: { instances: [{ address: "127.0.0.1", port }] } });
}
