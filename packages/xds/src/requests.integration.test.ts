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
import { httpIngress, service, until } from "@protomesh/testing";
import { beforeEach, expect, test } from "vitest";
import { ask, type Question } from "./testing/ask.js";
import { answer, environment, port, routes, useRoutes } from "./testing/routes-scene.js";
import { http2Service, instances } from "./testing/two-services.js";
import { startSilentUpstream } from "./testing/upstream.js";

useRoutes();

beforeEach(async () => {
  await environment.startEnvoy("delta-ads");
  await expect.poll(answer("/x")).toBe("200 a /x");
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
    await expect.poll(answer(path, question)).toBe(want);
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
    await expect.poll(answer("/x")).toBe("504");
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
  await expect.poll(answer("/up")).toBe("200 ");
  const preflight = async (origin: string) =>
    ask(port, "/x", { method: "OPTIONS", headers: { origin, "access-control-request-method": "PUT" } });
  // The listener comes before the routes.
  await expect
    .poll(async () => (await preflight("https://good.example.com")).headers)
    .toMatchObject({
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

test("a node gets what is for its cluster, and nothing that is for another", async () => {
  environment.store.apply({
    put: [
      routes({ "/here": "b" }, { name: "here", domain: "here", xdsClusterName: "xds" }),
      routes({ "/there": "b" }, { name: "there", domain: "there", xdsClusterName: "elsewhere" }),
    ],
  });
  await expect.poll(answer("/here", { host: "here" })).toBe("200 b /here");
  await expect.poll(answer("/there", { host: "there" })).toBe("200 a /there");
});

test("two ingresses of one port: the older one goes on, the other is not given to Envoy at all", async () => {
  environment.store.put(httpIngress({ name: "second", spec: { listenPort: port } }));
  environment.store.put(routes({ "/": "b" }));
  await expect.poll(answer("/x")).toBe("200 b /x");
  expect(await environment.lastRejection("listener")).toBeUndefined();
});
