import { writeFile } from "node:fs/promises";
import type { HttpFilter, Resource } from "@protomesh/core/api";
import { envoyPath, freePort, httpIngress, instanceSet, routingPolicy, service, until } from "@protomesh/testing";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf, ask } from "./testing/ask.js";
import { Environment } from "./testing/environment.js";
import { temporaryFile } from "./testing/temporary-file.js";
import { startEchoUpstream, startGrpcUpstream, startTextUpstream, type Upstream } from "./testing/upstream.js";

let environment: Environment;
let upstream: Upstream;
let port: number;
let log: string[];

beforeEach(async (context) => {
  envoyPath(context);
  [upstream, port] = await Promise.all([startEchoUpstream(), freePort()]);
  log = [];
  environment = await Environment.start([service({ name: "echo" }), instances("echo", upstream.port), toEcho({})]);
  await environment.startEnvoy("delta-ads", { log: (line) => log.push(line) });
});

afterEach(async () => {
  await environment.stop();
  await upstream.stop();
});

describe("jwt_authn", () => {
  const issuer = "https://issuer.example";
  let key: Key;
  let other: Key;

  beforeEach(async () => {
    [key, other] = await Promise.all([newKey("one"), newKey("two")]);
  });

  /** Opens the ingress, and waits until tokens are asked for there. */
  async function guard(filter: Filter<"jwtAuthn">): Promise<void> {
    environment.store.put(ingress([{ filter: { $case: "jwtAuthn", value: filter } }]));
    await expect.poll(async () => answerOf(port, "/guarded")).toBe("401");
  }

  /** The status that a request with a token gets, and the headers that the service gets. */
  async function asked(token: string, headers = {}, path = "/guarded") {
    const answer = await ask(port, path, { headers: { authorization: `Bearer ${token}`, ...headers } });
    const echoed: Record<string, string> = answer.status === 200 ? JSON.parse(answer.body) : {};
    return { status: answer.status, echoed };
  }

  const local = (keys: string) => ({ localJwks: { inlineString: keys } });
  const rules = [{ matchPrefix: "/guarded", requiredProvidersNames: ["accounts"] }];

  test("a token of a local key set passes; none, and one of which something is wrong, does not", async () => {
    await guard({
      providers: [{ providerName: "accounts", issuer, audiences: ["web"], ...local(key.set) }],
      rules,
    });
    const good = await signed(key, { iss: issuer, aud: "web" });
    expect((await asked(good)).status).toBe(200);
    const statusOf = async (token: string) => (await asked(token)).status;
    expect({
      anotherKey: await statusOf(await signed(other, { iss: issuer, aud: "web" })),
      anotherIssuer: await statusOf(await signed(key, { iss: "https://else.example", aud: "web" })),
      anotherAudience: await statusOf(await signed(key, { iss: issuer, aud: "tv" })),
      expired: await statusOf(await signed(key, { iss: issuer, aud: "web", exp: 1 })),
      damaged: await statusOf(good.slice(0, -4)),
    }).toEqual({ anotherKey: 401, anotherIssuer: 401, anotherAudience: 403, expired: 401, damaged: 401 });
  });

  test.each([
    { forward: true, want: expect.stringMatching(/^Bearer ey/) },
    { forward: false, want: undefined },
  ])("forward: $forward, and claims to headers", async ({ forward, want }) => {
    await guard({
      providers: [
        {
          providerName: "accounts",
          issuer,
          forward,
          claimToHeaders: [
            { headerName: "x-sub", claimName: "sub" },
            { headerName: "x-tenant", claimName: "org.tenant" },
          ],
          ...local(key.set),
        },
      ],
      rules,
    });
    const token = await signed(key, { iss: issuer, sub: "ann", org: { tenant: "t1" } });
    const { echoed } = await asked(token, { "x-sub": "forged" });
    expect([echoed["x-sub"], echoed["x-tenant"], echoed["authorization"]]).toEqual(["ann", "t1", want]);
  });

  test("from headers: the token stands elsewhere, after a prefix, and nowhere else", async () => {
    await guard({
      providers: [
        {
          providerName: "accounts",
          issuer,
          fromHeaders: [{ headerName: "x-token", valuePrefix: "Token " }],
          ...local(key.set),
        },
      ],
      rules,
    });
    const token = await signed(key, { iss: issuer });
    expect((await asked("none", { "x-token": `Token ${token}` })).status).toBe(200);
    expect((await asked(token)).status).toBe(401);
  });

  test("rules: the first that matches counts, without providers all pass, of several one is enough", async () => {
    await guard({
      providers: [
        { providerName: "accounts", issuer, ...local(key.set) },
        { providerName: "partners", issuer: "https://partner.example", ...local(other.set) },
      ],
      rules: [
        { matchPrefix: "/guarded/open" },
        { matchPrefix: "/guarded/both", requiredProvidersNames: ["accounts", "partners"] },
        { matchPrefix: "/guarded", requiredProvidersNames: ["accounts"] },
      ],
    });
    const accounts = await signed(key, { iss: issuer });
    const partners = await signed(other, { iss: "https://partner.example" });
    const statuses = async (path: string) => [
      (await ask(port, path)).status,
      (await asked(accounts, {}, path)).status,
      (await asked(partners, {}, path)).status,
    ];
    expect(await statuses("/guarded/open")).toEqual([200, 200, 200]);
    expect(await statuses("/guarded/both")).toEqual([401, 200, 200]);
    expect(await statuses("/guarded/x")).toEqual([401, 200, 401]);
    expect(await statuses("/elsewhere")).toEqual([200, 200, 200]);
    expect(await statuses("/elsewhere/../guarded/x")).toEqual([401, 200, 401]);
  });

  test("a key set in a file of Envoy's host", async () => {
    const file = await temporaryFile("jwks.json");
    try {
      await writeFile(file.path, key.set);
      await guard({ providers: [{ providerName: "accounts", issuer, localJwks: { filename: file.path } }], rules });
      expect((await asked(await signed(key, { iss: issuer }))).status).toBe(200);
    } finally {
      await file.remove();
    }
  });

  test("a key set that is fetched through a service", async () => {
    const keys = await startTextUpstream(key.set);
    try {
      environment.store.apply({ put: [service({ name: "issuer" }), instances("issuer", keys.port)] });
      const remoteJwks = { httpUri: "http://issuer.example/jwks", clusterName: "issuer" };
      await guard({ providers: [{ providerName: "accounts", issuer, remoteJwks }], rules });
      const token = await signed(key, { iss: issuer });
      await expect.poll(async () => (await asked(token)).status).toBe(200);
      expect((await asked(await signed(other, { iss: issuer }))).status).toBe(401);
    } finally {
      await keys.stop();
    }
  });
});

test("health_check: the path is answered, also where nothing else is", async () => {
  environment.store.put(ingress([{ filter: { $case: "healthCheck", value: { path: "/up" } } }]));
  await expect.poll(async () => answerOf(port, "/up")).toBe("200 ");
  environment.store.drop(toEcho({}));
  await expect.poll(async () => answerOf(port, "/x")).toBe("404");
  expect(await answerOf(port, "/up")).toBe("200 ");
});

test("cors: what the policy says is told to pages that ask, and to those only", async () => {
  const cors = {
    allowOriginStringMatchPrefix: ["https://good."],
    allowMethods: ["GET", "PUT"],
    allowHeaders: ["x-token"],
    exposeHeaders: ["x-count"],
    maxAge: { seconds: 90n, nanos: 500_000_000 },
  };
  environment.store.apply({
    put: [ingress([{ filter: { $case: "cors", value: { enable: true } } }]), toEcho({ cors })],
  });
  const origin = "https://good.example.com";
  const preflight = { method: "OPTIONS", headers: { origin, "access-control-request-method": "PUT" } };
  await expect
    .poll(async () => (await ask(port, "/x", preflight)).headers)
    .toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET,PUT",
      "access-control-allow-headers": "x-token",
      "access-control-max-age": "90",
    });
  const actual = await ask(port, "/x", { headers: { origin } });
  expect(actual.headers).toMatchObject({
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "x-count",
  });
  const bad = await ask(port, "/x", { headers: { origin: "https://bad.example.com" } });
  expect([bad.status, bad.headers["access-control-allow-origin"]]).toEqual([200, undefined]);
});

test("grpc_web: a page's call reaches a gRPC service, and gets its trailers in the body", async () => {
  const method = "/shop.Orders/List";
  const grpc = await startGrpcUpstream("orders", [method]);
  try {
    environment.store.apply({
      put: [
        ingress([{ filter: { $case: "grpcWeb", value: { enable: true } } }]),
        service({
          name: "orders",
          spec: { instanceApplicationProtocolOptions: { $case: "instanceHttp2Options", value: {} } },
        }),
        instances("orders", grpc.port),
        toEcho({ routes: [{ matchPrefix: "/", targetService: "orders" }] }),
      ],
    });
    const headers = { "content-type": "application/grpc-web+proto", "x-grpc-web": "1" };
    const call = { method: "POST", headers, body: "\0\0\0\0\0" };
    const answer = await until(async () => {
      const { status, body, headers: given } = await ask(port, method, call);
      return status === 200 && { body, type: given["content-type"] };
    }, "an answer");
    expect(answer.type).toBe("application/grpc-web+proto");
    expect(answer.body).toContain(`orders ${method}`);
    expect(answer.body).toContain("grpc-status:0");
  } finally {
    await grpc.stop();
  }
});

test("the access log: a line for each request, in the declared format", async () => {
  const format = "%REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% 100%%";
  environment.store.put(ingress([], format));
  await expect.poll(async () => (await ask(port, "/logged?q=1")).status).toBe(200);
  await until(() => log.includes("GET /logged?q=1 200 100%"), "the line", { last: () => log.join("\n") });
});

type Filter<Case extends NonNullable<HttpFilter["filter"]>["$case"]> = NonNullable<
  Extract<Exclude<Parameters<typeof HttpFilter.fromPartial>[0]["filter"], undefined>, { $case?: Case }>["value"]
>;

interface Key {
  readonly id: string;
  readonly privateKey: CryptoKey;
  /** A JSON Web Key Set. */
  readonly set: string;
}

async function newKey(id: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: "ES256", use: "sig" };
  return { id, privateKey, set: JSON.stringify({ keys: [jwk] }) };
}

/** A token that is good for an hour, unless its claims say otherwise. */
async function signed({ id, privateKey }: Key, claims: JWTPayload): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  return new SignJWT({ exp, ...claims }).setProtectedHeader({ alg: "ES256", kid: id }).sign(privateKey);
}

function ingress(
  httpFilters: readonly Parameters<typeof HttpFilter.fromPartial>[0][],
  accessLogStdoutFormat = "",
): Resource {
  return httpIngress({ spec: { listenPort: port, httpFilters: [...httpFilters], accessLogStdoutFormat } });
}

function toEcho(spec: NonNullable<Parameters<typeof routingPolicy>[0]>["spec"]): Resource {
  return routingPolicy({ name: "echo", spec: { routes: [{ matchPrefix: "/", targetService: "echo" }], ...spec } });
}

function instances(serviceName: string, instancePort: number): Resource {
  return instanceSet({ name: serviceName, spec: { instances: [{ address: "127.0.0.1", port: instancePort }] } });
}
