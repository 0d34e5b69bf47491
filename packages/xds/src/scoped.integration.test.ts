import type { Resource } from "@protomesh/core/api";
import { envoyPath, freePort, service } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask } from "./testing/ask.js";
import { bootstraps, soon, type Environment } from "./testing/environment.js";
import { host, startHosts, type HostsScene, ingress } from "./testing/hosts-scene.js";
import { instances } from "./testing/two-services.js";
import { Load } from "./testing/load.js";
import { startEchoUpstream } from "./testing/upstream.js";

let scene: HostsScene;
let environment: Environment;
let port: number;
let answer: HostsScene["answer"];

beforeEach(async (context) => {
  envoyPath(context);
  scene = await startHosts("scoped");
  ({ environment, port, answer } = scene);
});

afterEach(async () => scene.stop());

describe.each(bootstraps)("by %s", (bootstrap) => {
  beforeEach(async () => {
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
  });

  afterEach(async () => {
    expect(await environment.lastRejection("listener")).toBeUndefined();
    expect(await environment.lastRejection("scoped-route")).toBeUndefined();
    expect(await environment.lastRejection("routes")).toBeUndefined();
  });

  test("each domain has its routes, whatever the port in the host; others have none", async () => {
    await expect.poll(answer("two.example.com")).toBe("200 b /x");
    expect(await answer("two.example.com:8080")()).toBe("200 b /x");
    expect(await answer("three.example.com")()).toBe("404");
    expect(await answer("ONE.example.com")()).toBe("404");
  });

  test("a host that comes, changes, goes, and comes again", async () => {
    environment.store.put(host("three.example.com", "a"));
    await expect.poll(answer("three.example.com")).toBe("200 a /x");
    environment.store.put(host("three.example.com", "b"));
    await expect.poll(answer("three.example.com")).toBe("200 b /x");
    environment.store.drop(host("three.example.com", "b"));
    await expect.poll(answer("three.example.com")).toBe("404");
    environment.store.put(host("three.example.com", "a"));
    await expect.poll(answer("three.example.com")).toBe("200 a /x");
    expect(await answer("two.example.com")()).toBe("200 b /x");
  });

  test("two ingresses with one domain each have routes of their own for it", async () => {
    const second = await freePort();
    environment.store.put(
      scoped("se:cond/%", second),
      host("one.example.com", "b", { ingressName: "se:cond/%" }, "of second"),
    );
    await expect.poll(answer("one.example.com", second)).toBe("200 b /x");
    expect(await answer("one.example.com")()).toBe("200 a /x");
    expect(await answer("two.example.com", second)()).toBe("404");
  });

  test("Envoy and the server start again", async () => {
    await environment.restartXds(() =>
      environment.store.put(host("two.example.com", "a"), host("three.example.com", "b")),
    );
    await expect.poll(answer("three.example.com")).toBe("200 b /x");
    await expect.poll(answer("two.example.com")).toBe("200 a /x");
    await environment.restartEnvoys();
    await expect.poll(answer("three.example.com")).toBe("200 b /x");
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
  });

  test("an ingress that has its hosts inline, on demand and in scopes by turns loses no request", async () => {
    environment.store.put(host("127.0.0.1", "a"));
    await expect.poll(answer("127.0.0.1")).toBe("200 a /x");
    const load = new Load(port, "/x", 4);
    const ways = ["inline", "scoped", "on demand", "scoped", "inline", "on demand", "inline", "scoped"] as const;
    for (const [number, way] of ways.entries()) {
      const domain = `way-${number}.example.com`;
      environment.store.put(ingress("public", port, way), host(domain, "b"));
      await expect.poll(answer(domain)).toBe("200 b /x");
      await expect.poll(answer(domain.toUpperCase())).toBe(way === "scoped" ? "404" : "200 b /x");
      const answered = load.answered;
      await expect.poll(() => load.answered).toBeGreaterThan(answered + 50);
    }
    await load.stop();
    expect(load.failures).toEqual([]);
  });

  test("connections of before an ingress had scopes follow what changes later", async () => {
    environment.store.put(ingress("public", port, "inline"), host("127.0.0.1", "a"));
    await expect.poll(answer("ONE.example.com")).toBe("200 a /x");
    const load = new Load(port, "/x", 4);
    await expect.poll(() => load.answered).toBeGreaterThan(0);
    environment.store.put(ingress("public", port, "scoped"));
    await expect.poll(answer("ONE.example.com")).toBe("404");
    environment.store.apply({
      put: [service({ name: "c" }), instances("c", scene.b.port), host("one.example.com", "c"), host("127.0.0.1", "c")],
      drop: [service({ name: "a" }), instances("a", scene.a.port)],
    });
    await expect.poll(answer("one.example.com")).toBe("200 b /x");
    const answered = load.answered;
    await expect.poll(() => load.answered).toBeGreaterThan(answered + 200);
    await load.stop();
    expect(load.failures).toEqual([]);
  });

  test("a policy is programmed once Envoy has its scope and its routes", async () => {
    const three = host("three.example.com", "a");
    environment.store.put(three);
    await expect.poll(() => environment.statusOf(three)["Programmed"]).toBe("AllNodes: programmed on 1 of 1 node");
    expect(await answer("three.example.com")()).toBe("200 a /x");
  });
});

describe.each(bootstraps)("by %s", (bootstrap) => {
  test("an ingress is open at once, also without any domain that can be a scope", async () => {
    environment.store.drop(host("one.example.com", "a"), host("two.example.com", "b"));
    environment.store.put(host("*", "a"));
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("one.example.com"), soon).toBe("404");
    const second = await freePort();
    environment.store.put(scoped("second", second));
    await expect.poll(answer("one.example.com", second), soon).toBe("404");
    environment.store.put(host("one.example.com", "a"));
    await expect.poll(answer("one.example.com"), soon).toBe("200 a /x");
  });

  test("an ingress that comes to have scopes while there are none is open all the time", async () => {
    environment.store.drop(host("one.example.com", "a"), host("two.example.com", "b"));
    environment.store.put(ingress("public", port, "inline"), host("*", "a"));
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("one.example.com"), soon).toBe("200 a /x");
    environment.store.put(scoped("public", port));
    await expect.poll(answer("one.example.com"), soon).toBe("404");
  });
});

describe.each(bootstraps)("by %s", (bootstrap) => {
  test.each(["one.example.com", "*"])("port and way change together, with the domain %s", async (domain) => {
    environment.store.drop(host("one.example.com", "a"), host("two.example.com", "b"));
    environment.store.put(ingress("public", port, "inline"), host(domain, "a"));
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
    const second = await freePort();
    const scopedAnswer = domain === "*" ? "404" : "200 a /x";
    environment.store.put(scoped("public", second));
    await expect.poll(answer("one.example.com", second), soon).toBe(scopedAnswer);
    environment.store.put(ingress("public", port, "inline"));
    await expect.poll(answer("one.example.com"), soon).toBe("200 a /x");
    environment.store.put(scoped("public", second));
    await expect.poll(answer("one.example.com", second), soon).toBe(scopedAnswer);
  });
});

test("a route to a service that is missing is answered 503", async () => {
  environment.store.put(host("one.example.com", "nowhere"));
  await environment.startEnvoy("delta-ads");
  await expect.poll(answer("one.example.com")).toBe("503");
  expect(await answer("two.example.com")()).toBe("200 b /x");
});

test("the first ingress with scopes, beside one without", async () => {
  environment.store.put(ingress("public", port, "inline"), host("*", "a"));
  await environment.startEnvoy("delta-ads");
  await expect.poll(answer("one.example.com")).toBe("200 a /x");
  const second = await freePort();
  environment.store.put(scoped("second", second));
  await expect.poll(answer("one.example.com", second), soon).toBe("404");
  environment.store.drop(scoped("second", second));
  await expect.poll(answer("one.example.com", second)).toBe("refused");
  environment.store.put(scoped("second", second));
  await expect.poll(answer("one.example.com", second), soon).toBe("404");
});

test("how its scope is found is nothing that a client decides, or an upstream sees", async () => {
  const echo = await startEchoUpstream();
  environment.store.put(instances("a", echo.port));
  await environment.startEnvoy("delta-ads");
  const headers = { "x-protomesh-scope": "public/two.example.com" };
  const ofOne = async () => (await ask(port, "/x", { host: "one.example.com", headers })).body;
  await expect.poll(async () => ofOne().catch(() => "")).toContain("one.example.com");
  expect(await ofOne()).not.toContain("x-protomesh-scope");
  await echo.stop();
});

test.each(["*.example.com", "*", "[::1]"])(
  "the domain %s is not accepted, and works at other ingresses",
  async (domain) => {
    const policy = host(domain, "a");
    environment.store.put(policy);
    await environment.startEnvoy("delta-ads");
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
    await expect
      .poll(() => environment.statusOf(policy))
      .toEqual({
        Accepted: `Invalid: domain ${domain} cannot be served: ingress public has scoped_virtual_hosts, which find exact host names only; declare the host names, or the policy for an ingress without scoped_virtual_hosts`,
      });
    environment.store.put(ingress("public", port, "inline"));
    await expect.poll(() => environment.statusOf(policy)["Programmed"]).toBe("AllNodes: programmed on 1 of 1 node");
  },
);

test("status tells of scopes", async () => {
  await environment.startEnvoy("delta-ads");
  await expect.poll(answer("one.example.com")).toBe("200 a /x");
  expect((await environment.admin("/status")).body).toContain('"scoped-route"');
});

function scoped(name: string, listenPort: number): Resource {
  return ingress(name, listenPort, "scoped");
}
