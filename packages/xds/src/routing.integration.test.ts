import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { connect } from "node:http2";
import { text } from "node:stream/consumers";
import {
  PingPongServiceClient,
  PingPongServiceService,
  type Ping,
  type Pong,
  type Resource,
} from "@protomesh/core/api";
import { envoyPath, freePort, httpIngress, instanceSet, routingPolicy, service, until } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf, ask, type Question } from "./testing/ask.js";
import { bootstraps, Environment } from "./testing/environment.js";
import { startHttp2Upstream, startSilentUpstream, startUpstream, type Upstream } from "./testing/upstream.js";

/** A CA bundle that no Envoy can read: services with TLS are rejected. */
const noCa = "/nowhere/ca.pem";
const patience = { timeout: 20_000, interval: 20 };

let environment: Environment;
let a: Upstream;
let b: Upstream;
let port: number;

beforeEach(async (context) => {
  envoyPath(context);
  [a, b, port] = await Promise.all([startUpstream("a"), startUpstream("b"), freePort()]);
  environment = await Environment.start(
    [
      httpIngress({ spec: { listenPort: port } }),
      service({ name: "a" }),
      instances("a", a.port),
      service({ name: "b" }),
      instances("b", b.port),
      routes({ "/": "a" }),
    ],
    { "envoy.xds.upstream.ca.path": noCa },
  );
});

afterEach(async () => {
  await environment.stop();
  await Promise.all([a.stop(), b.stop()]);
});

describe.each(bootstraps)("by %s", (bootstrap) => {
  beforeEach(async () => {
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("/x"), patience).toBe("200 a /x");
  });

  test("a changed route leads elsewhere", async () => {
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("a dropped route is 404", async () => {
    environment.store.drop(routes({}));
    await expect.poll(answer("/x"), patience).toBe("404");
  });

  test("changed instances are asked instead", async () => {
    environment.store.put(instances("a", b.port));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("a service without instances is 503, until it has some again", async () => {
    environment.store.drop(instances("a", a.port));
    await expect.poll(answer("/x"), patience).toBe("503");
    environment.store.put(instances("a", a.port));
    await expect.poll(answer("/x"), patience).toBe("200 a /x");
  });

  test("a new service with its route, at once", async () => {
    environment.store.apply({ put: [service({ name: "c" }), instances("c", b.port), routes({ "/": "a", "/c": "c" })] });
    await expect.poll(answer("/c/x"), patience).toBe("200 b /c/x");
    await expect.poll(answer("/x"), patience).toBe("200 a /x");
  });

  test("an ingress moves to another port", async () => {
    const other = await freePort();
    environment.store.put(httpIngress({ spec: { listenPort: other } }));
    await expect.poll(answer("/x", { at: other }), patience).toBe("200 a /x");
    await expect.poll(answer("/x"), patience).toBe("refused");
  });

  test("an ingress is renamed, with its routes", async () => {
    environment.store.apply({
      put: [
        httpIngress({ spec: { ingressName: "renamed", listenPort: port } }),
        routes({ "/": "b" }, { ingressName: "renamed" }),
      ],
    });
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("two ingresses exchange their ports", async () => {
    const other = await freePort();
    environment.store.apply({
      put: [
        httpIngress({ name: "second", spec: { listenPort: other } }),
        routes({ "/": "b" }, { name: "second", ingressName: "second" }),
      ],
    });
    await expect.poll(answer("/x", { at: other }), patience).toBe("200 b /x");
    environment.store.apply({
      put: [httpIngress({ spec: { listenPort: other } }), httpIngress({ name: "second", spec: { listenPort: port } })],
    });
    await expect.poll(answer("/x", { at: other }), patience).toBe("200 a /x");
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("an ingress whose port was taken opens when the older one goes, or moves", async () => {
    const [second, third, other] = [
      httpIngress({ name: "second", spec: { listenPort: port } }),
      httpIngress({ name: "third", spec: { listenPort: port } }),
      await freePort(),
    ];
    environment.store.put(second);
    environment.store.put(third);
    environment.store.apply({
      put: ["second", "third"].map((name) => routes({ [`/${name}`]: "b" }, { name, ingressName: name })),
    });
    environment.store.put(httpIngress({ spec: { listenPort: other } }));
    await expect.poll(answer("/second"), patience).toBe("200 b /second");
    await expect.poll(answer("/x", { at: other }), patience).toBe("200 a /x");
    environment.store.drop(second);
    await expect.poll(answer("/third"), patience).toBe("200 b /third");
  });

  test("a service is renamed, with its routes", async () => {
    environment.store.apply({
      put: [
        service({ id: service({ name: "a" }).id, name: "renamed" }),
        instanceSet({
          id: instances("a", 0).id,
          name: "renamed",
          spec: { instances: [{ address: "127.0.0.1", port: b.port }] },
        }),
        routes({ "/": "renamed" }),
      ],
    });
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("a policy moves to another domain", async () => {
    environment.store.put(routes({ "/": "b" }, { domain: "moved.example.com" }));
    await expect.poll(answer("/x", { host: "moved.example.com" }), patience).toBe("200 b /x");
    expect(await answer("/x")()).toBe("404");
  });

  test("an ingress gets a filter, and loses it", async () => {
    const httpFilters = [{ filter: { $case: "healthCheck", value: { path: "/up" } } } as const];
    environment.store.put(httpIngress({ spec: { listenPort: port, httpFilters } }));
    await expect.poll(answer("/up"), patience).toBe("200 ");
    environment.store.put(httpIngress({ spec: { listenPort: port } }));
    await expect.poll(answer("/up"), patience).toBe("200 a /up");
  });

  test("instances become a host name, and addresses again", async () => {
    environment.store.put(instances("a", b.port, "localhost"));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
    environment.store.put(instances("a", a.port));
    await expect.poll(answer("/x"), patience).toBe("200 a /x");
  });

  test("an Envoy that starts again gets everything, and what follows", async () => {
    await environment.restartEnvoys();
    await expect.poll(answer("/x"), patience).toBe("200 a /x");
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("a dropped ingress is closed", async () => {
    environment.store.drop(httpIngress());
    await expect.poll(answer("/x"), patience).toBe("refused");
  });

  test("a service changes its protocol", async () => {
    const http2 = await startHttp2Upstream("h2");
    try {
      environment.store.apply({ put: [http2Service("a"), instances("a", http2.port)] });
      await expect.poll(answer("/x"), patience).toBe("200 h2 /x");
    } finally {
      await http2.stop();
    }
  });

  test("a server that comes back finds its Envoy with what it had, and changes go on", async () => {
    await environment.restartXds();
    expect(await ask(port, "/x")).toMatchObject({ status: 200, body: "a /x" });
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("without the store everything stays; what changed meanwhile comes with it", async () => {
    environment.store.close();
    await until(
      async () => (await environment.admin("/readyz")).body.includes("without the store"),
      "the store is missed",
    );
    environment.store.put(routes({ "/": "b" }));
    expect(await ask(port, "/x")).toMatchObject({ status: 200, body: "a /x" });
    await environment.store.open();
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("a poisoned ingress is rejected by itself, and told; the rest works and changes, and the mended one too", async () => {
    const other = await freePort();
    const poisoned = (format: string) =>
      httpIngress({ name: "poisoned", spec: { listenPort: other, accessLogStdoutFormat: format } });
    environment.store.put(poisoned("%NO_SUCH_COMMAND%"));
    const rejection = await until(async () => environment.lastRejection("listener"), "the rejection in the status");
    expect(rejection).toMatchObject({
      message: expect.stringContaining("NO_SUCH_COMMAND"),
      resources: [{ name: "poisoned", sources: [poisoned("").id] }],
    });
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
    environment.store.apply({
      put: [poisoned("%PROTOCOL%"), routes({ "/": "a" }, { name: "mended", ingressName: "poisoned" })],
    });
    await expect.poll(answer("/x", { at: other }), patience).toBe("200 a /x");
  });

  test("a poisoned service is rejected by itself, and told; the rest works and changes, and the mended one too", async () => {
    const poisoned = (enableTlsTransport: boolean) => service({ name: "c", spec: { enableTlsTransport } });
    environment.store.apply({
      put: [poisoned(true), instances("c", b.port), routes({ "/": "a", "/c": "c" })],
    });
    const rejection = await until(async () => environment.lastRejection("cluster"), "the rejection in the status");
    expect(rejection).toMatchObject({
      message: expect.stringContaining(noCa),
      resources: [{ name: "c", sources: [poisoned(true).id, instances("c", 0).id] }],
    });
    environment.store.put(routes({ "/": "b", "/c": "c" }));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
    environment.store.put(poisoned(false));
    await expect.poll(answer("/c"), patience).toBe("200 b /c");
  });
});

describe("of requests", () => {
  beforeEach(async () => {
    await environment.startEnvoy("delta-ads");
    await expect.poll(answer("/x"), patience).toBe("200 a /x");
  });

  interface Case {
    readonly title: string;
    readonly policies: readonly Resource[];
    readonly asked: readonly (readonly [path: string, want: string, question?: Question])[];
  }

  test.each<Case>([
    {
      title: "a prefix ends where a segment ends, and the longest wins",
      policies: [routes({ "/": "a", "/api": "b", "/api/v1": "a" })],
      asked: [
        ["/api", "200 b /api"],
        ["/api?q=1", "200 b /api?q=1"],
        ["/api/", "200 b /api/"],
        ["/api/x", "200 b /api/x"],
        ["/apix", "200 a /apix"],
        ["/api/v1/x", "200 a /api/v1/x"],
        ["/api/v12", "200 b /api/v12"],
      ],
    },
    {
      title: "a slash at the end of a prefix says nothing",
      policies: [routes({ "/": "a", "/api/": "b" })],
      asked: [
        ["/api", "200 b /api"],
        ["/api/x", "200 b /api/x"],
        ["/apix", "200 a /apix"],
      ],
    },
    {
      title: "a prefix that is taken off leaves one slash",
      policies: [routes({}, { routes: [{ matchPrefix: "/api", targetService: "b", prefixRewrite: "/" }] })],
      asked: [
        ["/api", "200 b /"],
        ["/api/", "200 b /"],
        ["/api?q=1", "200 b /?q=1"],
        ["/api/x?q=1", "200 b /x?q=1"],
        ["/apix", "404"],
      ],
    },
    {
      title: "a prefix that is replaced",
      policies: [routes({}, { routes: [{ matchPrefix: "/api/", targetService: "b", prefixRewrite: "/v2/" }] })],
      asked: [
        ["/api", "200 b /v2"],
        ["/api/", "200 b /v2/"],
        ["/api/x", "200 b /v2/x"],
      ],
    },
    {
      title: "a prefix that is put before everything",
      policies: [routes({}, { routes: [{ matchPrefix: "/", targetService: "b", prefixRewrite: "/v2" }] })],
      asked: [
        ["/", "200 b /v2/"],
        ["/x", "200 b /v2/x"],
      ],
    },
    {
      title: "domains: exact before wildcard before any, whatever the case and the port",
      policies: [
        routes({ "/": "a" }),
        routes({ "/wild": "b" }, { name: "wild", domain: "*.example.com" }),
        routes({ "/exact": "b" }, { name: "exact", domain: "API.example.com" }),
      ],
      asked: [
        ["/exact", "200 b /exact", { host: "api.example.com" }],
        ["/exact", "200 b /exact", { host: "Api.Example.COM:8080" }],
        ["/wild", "404", { host: "api.example.com" }],
        ["/wild", "200 b /wild", { host: "web.example.com" }],
        ["/wild", "200 b /wild", { host: "a.b.example.com" }],
        ["/x", "200 a /x", { host: "example.com" }],
      ],
    },
    {
      title: "the policies of one domain together",
      policies: [routes({ "/": "a" }), routes({ "/b": "b" }, { name: "more" })],
      asked: [
        ["/b", "200 b /b"],
        ["/x", "200 a /x"],
      ],
    },
    {
      title: "a path is normalised before it is looked at",
      policies: [routes({ "/public": "a" })],
      asked: [["/public/../private", "404"]],
    },
  ])("$title", async ({ policies, asked }) => {
    environment.store.apply({ put: policies });
    for (const [path, want, question] of asked) {
      await expect.poll(answer(path, question), patience).toBe(want);
    }
  });

  test("an answer of nobody in time is 504", async () => {
    const silent = await startSilentUpstream();
    try {
      const timeout = { seconds: 0n, nanos: 50_000_000 };
      environment.store.apply({
        put: [
          service({ name: "silent" }),
          instances("silent", silent.port),
          routes({}, { routes: [{ matchPrefix: "/", targetService: "silent", timeout }] }),
        ],
      });
      await expect.poll(answer("/x"), patience).toBe("504");
    } finally {
      await silent.stop();
    }
  });

  test("filters: health checks are answered, other origins allowed by their policy alone", async () => {
    environment.store.apply({
      put: [
        httpIngress({
          spec: {
            listenPort: port,
            httpFilters: [
              { filter: { $case: "healthCheck", value: { path: "/up" } } },
              { filter: { $case: "cors", value: { enable: true } } },
              { filter: { $case: "grpcWeb", value: { enable: true } } },
            ],
          },
        }),
        routes(
          { "/": "a" },
          {
            cors: {
              allowOriginStringMatchPrefix: ["https://good."],
              allowMethods: ["GET", "PUT"],
              maxAge: { seconds: 60n },
            },
          },
        ),
      ],
    });
    await expect.poll(answer("/up"), patience).toBe("200 ");
    const preflight = async (origin: string) =>
      ask(port, "/x", { method: "OPTIONS", headers: { origin, "access-control-request-method": "PUT" } });
    expect((await preflight("https://good.example.com")).headers).toMatchObject({
      "access-control-allow-origin": "https://good.example.com",
      "access-control-allow-methods": "GET,PUT",
      "access-control-max-age": "60",
    });
    expect((await preflight("https://bad.example.com")).headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("HTTP/2 on the same port", async () => {
    const session = connect(`http://127.0.0.1:${port}`);
    const request = session.request({ ":path": "/h2", ":authority": "example.com" });
    expect(await text(request)).toBe("a /h2");
    session.close();
  });

  test("gRPC, unary, through to the service", async () => {
    const server = new Server();
    server.addService(PingPongServiceService, {
      doPing: (call: { request: Ping }, respond: (error: null, pong: Pong) => void) =>
        respond(null, { sha256Sum: `pong of ${call.request.nonce}` }),
    });
    const grpcPort = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const client = new PingPongServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const ping = async () =>
      new Promise<string>((resolve, reject) => {
        client.doPing({ nonce: "n" }, (error, pong) => (error === null ? resolve(pong.sha256Sum) : reject(error)));
      });
    try {
      environment.store.apply({
        put: [
          http2Service("pong"),
          instances("pong", grpcPort),
          routes({ "/": "a", "/protomesh.services.v1.PingPongService/": "pong" }),
        ],
      });
      expect(await until(ping, "a pong")).toBe("pong of n");
    } finally {
      client.close();
      server.forceShutdown();
    }
  });

  test("two ingresses exchange their ports while no xDS server is there", async () => {
    const other = await freePort();
    environment.store.apply({
      put: [
        httpIngress({ name: "second", spec: { listenPort: other } }),
        routes({ "/": "b" }, { name: "second", ingressName: "second" }),
      ],
    });
    await expect.poll(answer("/x", { at: other }), patience).toBe("200 b /x");
    await environment.restartXds(() => {
      environment.store.apply({
        put: [
          httpIngress({ spec: { listenPort: other } }),
          httpIngress({ name: "second", spec: { listenPort: port } }),
        ],
      });
    });
    await expect.poll(answer("/x", { at: other }), patience).toBe("200 a /x");
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
  });

  test("a node gets what is for its cluster, and nothing that is for another", async () => {
    environment.store.apply({
      put: [
        routes({ "/here": "b" }, { name: "here", domain: "here", xdsClusterName: "xds" }),
        routes({ "/there": "b" }, { name: "there", domain: "there", xdsClusterName: "elsewhere" }),
      ],
    });
    await expect.poll(answer("/here", { host: "here" }), patience).toBe("200 b /here");
    await expect.poll(answer("/there", { host: "there" }), patience).toBe("200 a /there");
  });

  test("two ingresses of one port: the older one goes on, the other is not given to Envoy at all", async () => {
    environment.store.put(httpIngress({ name: "second", spec: { listenPort: port } }));
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x"), patience).toBe("200 b /x");
    expect(await environment.lastRejection("listener")).toBeUndefined();
  });
});

/** How a path is answered now: `200 a /x`, or that nobody answers. */
function answer(
  path: string,
  { at = port, ...question }: Question & { readonly at?: number } = {},
): () => Promise<string> {
  return async () => answerOf(at, path, question);
}

/** One instance of a service, on this host. */
function instances(serviceName: string, instancePort: number, address = "127.0.0.1"): Resource {
  return instanceSet({ name: serviceName, spec: { instances: [{ address, port: instancePort }] } });
}

function http2Service(name: string): Resource {
  return service({ name, spec: { instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: {} } } });
}

/** A policy of the ingress `public` for any domain, by prefix and service. */
function routes(
  targets: Readonly<Record<string, string>>,
  {
    name = "routes",
    ...spec
  }: { readonly name?: string } & NonNullable<Parameters<typeof routingPolicy>[0]>["spec"] = {},
): Resource {
  const declared = Object.entries(targets).map(([matchPrefix, targetService]) => ({ matchPrefix, targetService }));
  return routingPolicy({ name, spec: { routes: declared, ...spec } });
}
