import type { Resource } from "@protomesh/core/api";
import { gatewayPolicy, httpIngress, instanceSet, lambdaHandler, routingPolicy, service } from "@protomesh/testing";
import type { Dice } from "@protomesh/testing/dice";

const domains = ["*", "*.example.com", "api.example.com", "*.api.example.com", "API.Example.org", "127.0.0.9", "[::1]"];
const prefixes = ["/", "/a", "/a/", "/a/b", "/ab", "/a%20b", "/A", "/a/b/c/", "/hello", "/fn", "/%61"];
const rewrites = ["", "", "/", "/x", "/x/", "/hello", "/a/b"];

/** The public key of RFC 7517, A.1. */
const keySet = JSON.stringify({
  keys: [
    {
      kty: "EC",
      crv: "P-256",
      x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
      y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    },
  ],
});

export const functions = ["f0", "f1", "f2"];

/** Where the servers are that declarations name. */
export interface Places {
  readonly ports: readonly number[];
  readonly upstreams: readonly number[];
  readonly gateway: number;
}

/** Everything that a round declares, in a random order and with conflicts; some services are not there, or nowhere. */
export function anyDeclarations(
  dice: Dice,
  round: number,
  namespace: string,
  { ports, upstreams, gateway }: Places,
): readonly Resource[] {
  const [first = 0, ...others] = ports;
  // From round to round these two may exchange their ports.
  const [second = 0, third = 0] = dice.shuffled(others);
  const tokens = {
    providers: [{ providerName: "login", issuer: "https://login.test", localJwks: { inlineString: keySet } }],
    rules: [{ matchPrefix: "/z/open" }, { matchPrefix: "/z", requiredProvidersNames: ["login"] }],
  };
  const filters = [
    { filter: { $case: "healthCheck", value: { path: "/healthz" } } },
    { filter: { $case: "jwtAuthn", value: tokens } },
  ] as const;
  const places = (port: number) => [
    { address: "127.0.0.1", port, transportProtocol: "TRANSPORT_PROTOCOL_TCP" } as const,
  ];
  const at = { namespace };
  const services = ["s0", "s1", "s2", "s3", "nowhere", "gateway"];
  const resources = [
    httpIngress({ ...at, name: "public", spec: { listenPort: first, httpFilters: [...filters] } }),
    httpIngress({
      ...at,
      name: "inner",
      spec: { listenPort: second, xdsClusterName: round % 2 === 0 ? "" : "edge", scopedVirtualHosts: round % 4 > 1 },
    }),
    // One loses its port to the older one, the other its name where both are for the same nodes.
    httpIngress({ ...at, name: "squatter", spec: { listenPort: first } }),
    httpIngress({ ...at, name: "rival", spec: { listenPort: third, ingressName: dice.pick(["rival", "inner"]) } }),
    ...services.map((name) => service({ ...at, name, spec: { xdsClusterName: name === "s3" ? "edge" : "" } })),
    service({ ...at, name: "s1 again", spec: { serviceName: "s1" } }),
    ...["s0", "s1", "s2", "s3"].map((name) =>
      instanceSet({ ...at, name, spec: { instances: places(dice.pick(upstreams)) } }),
    ),
    instanceSet({
      ...at,
      name: "more",
      spec: { matchServiceNames: ["s0", "s2"], instances: places(dice.pick(upstreams)) },
    }),
    instanceSet({ ...at, name: "gateway", spec: { instances: places(gateway) } }),
    ...Array.from({ length: 14 }, (_, index) =>
      routingPolicy({
        ...at,
        name: `policy ${index}`,
        spec: {
          ingressName: dice.pick(["public", "inner", "public", "nobody"]),
          domain: dice.pick(domains),
          xdsClusterName: dice.pick(["", "", "", "edge"]),
          routes: dice
            .shuffled([1, 2, 3])
            .slice(dice.pick([0, 1, 2]))
            .map(() => ({
              matchPrefix: dice.pick(prefixes),
              targetService: dice.pick([...services, "gateway", "undeclared"]),
              prefixRewrite: dice.pick(rewrites),
            })),
        },
      }),
    ),
    ...Array.from({ length: 8 }, (_, index) =>
      gatewayPolicy({
        ...at,
        name: `function ${index}`,
        spec: {
          source: {
            $case: "http",
            value: {
              method: dice.pick(["HTTP_METHOD_UNDEFINED", "HTTP_METHOD_GET", "HTTP_METHOD_POST"] as const),
              path: dice.pick([...prefixes, "/x", "/"]),
              exactPathMatch: dice.next() < 0.4,
            },
          },
          host: dice.pick(["", "", "api.example.com", "*.example.com"]),
          handlers: [lambdaHandler(dice.pick(functions))],
        },
      }),
    ),
    ...["public", "inner"].map((ingressName) =>
      routingPolicy({
        ...at,
        name: `sentinel ${ingressName}`,
        spec: { ingressName, domain: `sentinel-${round}.test`, routes: [{ matchPrefix: "/", targetService: "s0" }] },
      }),
    ),
    gatewayPolicy({
      ...at,
      name: "sentinel",
      spec: { source: { $case: "http", value: { path: `/sentinel-${round}` } }, handlers: [lambdaHandler("f0")] },
    }),
  ];
  return dice.shuffled(resources);
}
