import type { Resource } from "@protomesh/core/api";
import { envoyPath, freePort, httpIngress, instanceSet, routingPolicy, service, until } from "@protomesh/testing";
import { afterAll, beforeEach, expect, test } from "vitest";
import { Environment } from "./testing/environment.js";

let environment: Environment | undefined;
let count = 0;

beforeEach(async (context) => {
  envoyPath(context);
  if (environment !== undefined) return;
  environment = await Environment.start([httpIngress({ spec: { listenPort: await freePort() } })]);
  await environment.startEnvoy("delta-ads");
});

afterAll(async () => environment?.stop());

type Spec<Builder extends (described: never) => Resource> = NonNullable<NonNullable<Parameters<Builder>[0]>["spec"]>;

const longest = { seconds: 315_576_000_000n, nanos: 0 };
const shortest = { seconds: 0n, nanos: 1 };
const longText = "x".repeat(60_000);

interface Case<S> {
  readonly title: string;
  readonly spec: S;
}

test.each<Case<Spec<typeof routingPolicy>>>([
  { title: "the longest timeout", spec: { routes: [{ matchPrefix: "/", targetService: "a", timeout: longest }] } },
  { title: "the shortest timeout", spec: { routes: [{ matchPrefix: "/", targetService: "a", timeout: shortest }] } },
  { title: "the longest CORS age", spec: { cors: { maxAge: longest, allowOriginStringMatchPrefix: ["*"] } } },
  { title: "CORS that allows nothing", spec: { cors: {} } },
  {
    title: "CORS with odd words",
    spec: {
      cors: {
        allowOriginStringMatchPrefix: ["*", "\u00e9", "a b", "\u0001", "\n"],
        allowMethods: ["*", "X!"],
        allowHeaders: ["x-a", "*"],
        exposeHeaders: ["*"],
      },
    },
  },
  { title: "a long prefix", spec: { routes: [{ matchPrefix: `/${longText}`, targetService: "a" }] } },
  {
    title: "odd characters in a prefix",
    spec: { routes: [{ matchPrefix: '/a%zz{}|\\^`<>"é😀', targetService: "a" }] },
  },
  {
    title: "slashes in a prefix",
    spec: {
      routes: ["//", "/a//", "/a//b", "/a/../b", "/."].map((matchPrefix) => ({ matchPrefix, targetService: "a" })),
    },
  },
  { title: "control characters in a prefix", spec: { routes: [{ matchPrefix: "/\u0001\t", targetService: "a" }] } },
  {
    title: "odd characters in a rewrite",
    spec: {
      routes: ["/%zz{}\\", "/é😀", "//", "/a//b/", "/\u0001\t\n\r"].map((prefixRewrite, index) => ({
        matchPrefix: `/${index}`,
        targetService: "a",
        prefixRewrite,
      })),
    },
  },
  {
    title: "odd characters in a service's name",
    spec: { routes: [{ matchPrefix: "/", targetService: "a b/é\n😀\u0001" }] },
  },
  { title: "a domain of one label", spec: { domain: "localhost" } },
  {
    title: "the longest domain",
    spec: { domain: `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}` },
  },
  { title: "a domain with underscores", spec: { domain: "*._a._b" } },
  { title: "an IPv6 domain", spec: { domain: "[::1]" } },
  { title: "no routes", spec: { routes: [] } },
  {
    title: "many routes",
    spec: { routes: Array.from({ length: 2_000 }, (_, index) => ({ matchPrefix: `/${index}`, targetService: "a" })) },
  },
])("Envoy takes every policy that the store takes: $title", async ({ spec }) => {
  expect(
    await rejected(routingPolicy({ name: nextName(), spec: { domain: `${nextName()}.com`, ...spec } })),
  ).toBeUndefined();
});

test.each<Case<Spec<typeof service>>>([
  { title: "the longest timeout", spec: { connectTimeout: longest } },
  { title: "the shortest timeout", spec: { connectTimeout: shortest } },
  {
    title: "many streams",
    spec: {
      instanceApplicationProtocolOptions: {
        $case: "instanceHttp2Options",
        value: { maxConcurrentStreams: 2_147_483_647 },
      },
    },
  },
  { title: "a long name", spec: { serviceName: longText } },
  { title: "odd characters in its name", spec: { serviceName: "a b/é\n😀\u0001:%" } },
  { title: "a name of a space", spec: { serviceName: " " } },
])("Envoy takes every service that the store takes: $title", async ({ spec }) => {
  expect(await rejected(service({ name: nextName(), spec }))).toBeUndefined();
});

test.each<Case<Spec<typeof instanceSet>>>([
  { title: "nobody", spec: { instances: [] } },
  {
    title: "odd regions and zones",
    spec: { instances: [{ address: "10.0.0.1", port: 1, region: longText, zone: "é\n" }] },
  },
  {
    title: "IPv6 in several spellings",
    spec: { instances: ["::1", "0:0:0:0:0:0:0:1", "::ffff:10.0.0.1"].map((address) => ({ address, port: 1 })) },
  },
  { title: "an IPv6 address with a zone", spec: { instances: [{ address: "fe80::1%eth0", port: 1 }] } },
  { title: "odd host names", spec: { instances: [{ address: "10.0.0.1", port: 1, hostname: "é b\n" }] } },
  { title: "a host name with an underscore", spec: { instances: [{ address: "_a.b_c", port: 65_535 }] } },
  { title: "the greatest port", spec: { instances: [{ address: "255.255.255.255", port: 65_535 }] } },
  { title: "any address", spec: { instances: [{ address: "0.0.0.0", port: 1 }] } },
  { title: "a multicast address", spec: { instances: [{ address: "224.0.0.1", port: 1 }] } },
])("Envoy takes all instances that the store takes: $title", async ({ spec }) => {
  const name = nextName();
  expect(await rejected(service({ name }), instanceSet({ name, spec }))).toBeUndefined();
});

test.each<Case<Spec<typeof httpIngress>>>([
  { title: "a long name", spec: { ingressName: longText } },
  { title: "odd characters in its name", spec: { ingressName: "a b/é\n😀\u0001:%" } },
  {
    title: "odd health check paths",
    spec: {
      httpFilters: ["/é", "/%zz", "/\u0001"].map((path) => ({
        filter: { $case: "healthCheck", value: { path } } as const,
      })),
    },
  },
  {
    title: "every filter twice",
    spec: {
      httpFilters: [1, 2].flatMap(() => [
        { filter: { $case: "cors", value: { enable: true } } } as const,
        { filter: { $case: "grpcWeb", value: { enable: true } } } as const,
        { filter: { $case: "healthCheck", value: { path: "/" } } } as const,
      ]),
    },
  },
  { title: "a jwt filter of nothing", spec: { httpFilters: [{ filter: { $case: "jwtAuthn", value: {} } }] } },
  {
    title: "odd words in a jwt filter",
    spec: {
      httpFilters: [
        {
          filter: {
            $case: "jwtAuthn",
            value: {
              providers: [
                {
                  providerName: "é\n",
                  issuer: "\n",
                  audiences: ["", "\n"],
                  localJwks: { inlineString: '{"keys":[]}' },
                  claimToHeaders: [{ headerName: "x-a", claimName: "é\n" }],
                  fromHeaders: [{ headerName: "x-b", valuePrefix: "é" }],
                },
              ],
              rules: [{ matchPrefix: "/é\u0001", requiredProvidersNames: ["é\n"] }],
            },
          },
        },
      ],
    },
  },
  {
    title: "keys by an odd address",
    spec: {
      httpFilters: [
        {
          filter: {
            $case: "jwtAuthn",
            value: {
              providers: [
                {
                  providerName: "p",
                  remoteJwks: { httpUri: "http://é b/%zz", clusterName: "é b\n", timeout: longest },
                },
              ],
            },
          },
        },
      ],
    },
  },
  {
    title: "keys with the shortest timeout",
    spec: {
      httpFilters: [
        {
          filter: {
            $case: "jwtAuthn",
            value: {
              providers: [
                { providerName: "p", remoteJwks: { httpUri: "http://a", clusterName: "c", timeout: shortest } },
              ],
            },
          },
        },
      ],
    },
  },
  {
    title: "keys with no time",
    spec: {
      httpFilters: [
        {
          filter: {
            $case: "jwtAuthn",
            value: {
              providers: [
                {
                  providerName: "p",
                  remoteJwks: { httpUri: "http://a", clusterName: "c", timeout: { seconds: 0n, nanos: 0 } },
                },
              ],
            },
          },
        },
      ],
    },
  },
  { title: "an access log of text", spec: { accessLogStdoutFormat: "é\n%% {} \u0001" } },
])("Envoy takes every ingress that the store takes: $title", async ({ spec }) => {
  const name = nextName();
  expect(await rejected(httpIngress({ name, spec: { listenPort: await freePort(), ...spec } }))).toBeUndefined();
});

function nextName(): string {
  return `extreme${++count}`;
}

/** What Envoy says of some resources, if it rejects them; without them it goes on. */
async function rejected(...resources: readonly Resource[]): Promise<object | undefined> {
  const running = environment;
  if (running === undefined) throw new Error("nothing runs");
  const before = JSON.stringify(await running.rejections());
  running.store.apply({ put: resources });
  await running.settled();
  await until(async () => running.isAnswered(), "Envoy has said what it makes of it");
  const after = await running.rejections();
  running.store.apply({ drop: resources });
  await running.settled();
  await until(async () => running.isAnswered(), "Envoy has taken that they are gone");
  return JSON.stringify(after) === before ? undefined : after;
}
