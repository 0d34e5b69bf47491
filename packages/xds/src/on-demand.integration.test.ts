import { envoyPath, freePort, httpIngress, type RunningEnvoy } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf, ask } from "./testing/ask.js";
import { soon, type Environment } from "./testing/environment.js";
import { host, startHosts, type HostsScene, ingress } from "./testing/hosts-scene.js";

let scene: HostsScene;
let environment: Environment;
let port: number;
let answer: HostsScene["answer"];

beforeEach(async (context) => {
  envoyPath(context);
  scene = await startHosts("on demand");
  ({ environment, port, answer } = scene);
});

afterEach(async () => scene.stop());

describe.each(["delta-ads", "delta"] as const)("by %s", (bootstrap) => {
  let envoy: RunningEnvoy;

  beforeEach(async () => {
    envoy = await environment.startEnvoy(bootstrap);
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
  });

  /** The virtual hosts that Envoy has now of those on demand; or of those inline. */
  async function known(routes = "on-demand/public"): Promise<string[]> {
    const dump = await (await fetch(`http://${envoy.adminAddress}/config_dump?resource=dynamic_route_configs`)).text();
    return [...dump.matchAll(/"name": "([^"]*)\/([^"/]*)"/g)]
      .flatMap(([, name, domain = ""]) => (name === routes ? domain : []))
      .sort();
  }

  test("only hosts that were asked for are given", async () => {
    expect(await known()).toEqual(["one.example.com"]);
    await expect.poll(answer("two.example.com")).toBe("200 b /x");
    expect(await known()).toEqual(["one.example.com", "two.example.com"]);
  });

  test.each([
    { title: "with a port", name: "two.example.com:8080", want: "200 b /x" },
    { title: "in upper case", name: "TWO.Example.COM", want: "200 b /x" },
    { title: "an unknown one", name: "three.example.com", want: "404" },
    { title: "an unknown one with a port", name: "three.example.com:8080", want: "404" },
    { title: "an IPv6 address with a port", name: "[::1]:8080", want: "200 b /x" },
    { title: "an IPv6 address", name: "[::1]", want: "200 b /x" },
    { title: "an unknown IPv6 address", name: "[::2]:8080", want: "404" },
    { title: "an IPv4 address", name: "10.1.2.3:80", want: "200 a /x" },
  ])("the first request for a host is answered as every other: $title", async ({ name, want }) => {
    environment.store.apply({ put: [host("[::1]", "b"), host("10.1.2.3", "a")] });
    await environment.settled();
    expect(await answer(name)()).toBe(want);
    expect(await answer(name)()).toBe(want);
  });

  test("a request with a body waits for its host, too", async () => {
    const question = { host: "two.example.com", method: "POST", body: "x".repeat(10_000) };
    expect(await answerOf(port, "/x", question)).toBe("200 b /x");
  });

  test("a host that comes to exist, goes, and comes again", async () => {
    await expect.poll(answer("three.example.com")).toBe("404");
    environment.store.put(host("three.example.com", "a"));
    await expect.poll(answer("three.example.com")).toBe("200 a /x");
    environment.store.drop(host("three.example.com", "a"));
    await expect.poll(answer("three.example.com")).toBe("404");
    environment.store.put(host("three.example.com", "b"));
    await expect.poll(answer("three.example.com")).toBe("200 b /x");
  });

  test("a host that changes", async () => {
    environment.store.put(host("one.example.com", "b"));
    await expect.poll(answer("one.example.com")).toBe("200 b /x");
  });

  test("wildcard domains stand in for what is not declared, and for nothing else", async () => {
    environment.store.apply({ put: [host("*", "a"), host("*.example.com", "a"), host("deep.example.com", "b")] });
    await expect.poll(answer("elsewhere.org")).toBe("200 a /x");
    await expect.poll(answer("four.example.com")).toBe("200 a /x");
    expect(await answer("two.example.com")()).toBe("200 b /x");
    expect(await answer("deep.example.com")()).toBe("200 b /x");
    environment.store.put(host("later.example.com", "b"));
    await expect.poll(answer("later.example.com")).toBe("200 b /x");
  });

  test("a host that a wildcard stood in for, when that goes and the host itself comes", async () => {
    environment.store.put(host("*.example.com", "a"));
    await expect.poll(answer("four.example.com")).toBe("200 a /x");
    environment.store.drop(host("*.example.com", "a"));
    await expect.poll(answer("four.example.com")).toBe("404");
    environment.store.put(host("four.example.com", "b"));
    await expect.poll(answer("four.example.com")).toBe("200 b /x");
  });

  test("a host that goes leaves its requests to a wildcard", async () => {
    environment.store.put(host("*.example.com", "b"));
    environment.store.drop(host("one.example.com", "a"));
    await expect.poll(answer("one.example.com")).toBe("200 b /x");
  });

  test("a server that comes back: what Envoy has goes on, what it asks for is given", async () => {
    await expect.poll(answer("three.example.com")).toBe("404");
    await environment.restartXds();
    expect(await answer("one.example.com")()).toBe("200 a /x");
    await expect.poll(answer("two.example.com:8080")).toBe("200 b /x");
    environment.store.put(host("three.example.com", "b"));
    await expect.poll(answer("three.example.com")).toBe("200 b /x");
  });

  test("a second ingress, and one without any host, are open at once", async () => {
    const [second, third] = await Promise.all([freePort(), freePort()]);
    environment.store.apply({
      put: [
        ingress("second", second, "on demand"),
        ingress("third", third, "on demand"),
        host("one.example.com", "b", { ingressName: "second" }, "of second"),
      ],
    });
    const one = { host: "one.example.com" };
    await expect.poll(async () => answerOf(second, "/x", one), soon).toBe("200 b /x");
    await expect.poll(async () => answerOf(third, "/x", one), soon).toBe("404");
    expect(await answerOf(port, "/x", one)).toBe("200 a /x");
  });

  test("an ingress that is called as the routes of another has routes of its own", async () => {
    const [inline, onDemand] = await Promise.all([freePort(), freePort()]);
    const names = ["on-demand/public", "on-demand/on-demand/public"] as const;
    environment.store.apply({
      put: [
        ingress(names[0], inline, "inline"),
        host("one.example.com", "b", { ingressName: names[0] }, "of an inline one"),
        ingress(names[1], onDemand, "on demand"),
        host("three.example.com", "b", { ingressName: names[1] }, "of one on demand"),
      ],
    });
    await expect.poll(answer("one.example.com", inline)).toBe("200 b /x");
    await expect.poll(answer("three.example.com", onDemand)).toBe("200 b /x");
    expect(await answer("two.example.com", inline)()).toBe("404");
    expect(await answer("one.example.com", onDemand)()).toBe("404");
    expect(await answer("one.example.com")()).toBe("200 a /x");
    expect(await answer("three.example.com")()).toBe("404");
  });

  test("from inline to on demand and back", async () => {
    for (const way of ["inline", "on demand", "inline"] as const) {
      environment.store.put(ingress("public", port, way));
      const [routes, want] =
        way === "on demand"
          ? ["on-demand/public", ["one.example.com"]]
          : ["public", ["one.example.com", "two.example.com"]];
      await expect
        .poll(async () => {
          await answer("one.example.com")();
          return known(routes);
        })
        .toEqual(want);
      expect(await answer("one.example.com")()).toBe("200 a /x");
    }
  });

  test("health checks and other origins", async () => {
    environment.store.apply({
      put: [
        httpIngress({
          spec: {
            listenPort: port,
            onDemandVirtualHosts: true,
            httpFilters: [
              { filter: { $case: "healthCheck", value: { path: "/up" } } },
              { filter: { $case: "cors", value: { enable: true } } },
            ],
          },
        }),
        host("two.example.com", "b", {
          cors: { allowOriginStringMatchPrefix: ["https://good."], allowMethods: ["PUT"] },
        }),
      ],
    });
    await expect.poll(async () => answerOf(port, "/up", { host: "anything" })).toBe("200 ");
    expect(await known()).toEqual(["one.example.com"]);
    const origin = "https://good.example.com";
    const headers = { origin, "access-control-request-method": "PUT" };
    const preflight = await ask(port, "/x", { host: "two.example.com", method: "OPTIONS", headers });
    expect(preflight.headers["access-control-allow-origin"]).toBe(origin);
  });
});

test.each(["ads", "sotw"] as const)("by %s, where Envoy cannot ask, all hosts are in the routes", async (bootstrap) => {
  await environment.startEnvoy(bootstrap);
  await expect.poll(answer("one.example.com")).toBe("200 a /x");
  expect(await answer("two.example.com")()).toBe("200 b /x");
  expect(await environment.lastRejection("routes")).toBeUndefined();
});
