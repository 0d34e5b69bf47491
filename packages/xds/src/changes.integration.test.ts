import { freePort, httpIngress, instanceSet, service } from "@protomesh/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { bootstraps } from "./testing/environment.js";
import { a, answer, b, environment, port, routes, useRoutes } from "./testing/routes-scene.js";
import { http2Service, instances } from "./testing/two-services.js";
import { startHttp2Upstream } from "./testing/upstream.js";

useRoutes();

describe.each(bootstraps)("by %s", (bootstrap) => {
  beforeEach(async () => {
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("/x")).toBe("200 a /x");
  });

  test("a changed route leads elsewhere", async () => {
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x")).toBe("200 b /x");
  });

  test("a dropped route is 404", async () => {
    environment.store.drop(routes({}));
    await expect.poll(answer("/x")).toBe("404");
  });

  test("changed instances are asked instead", async () => {
    environment.store.put(instances("a", b.port));
    await expect.poll(answer("/x")).toBe("200 b /x");
  });

  test("a service without instances is 503, until it has some again", async () => {
    environment.store.drop(instances("a", a.port));
    await expect.poll(answer("/x")).toBe("503");
    environment.store.put(instances("a", a.port));
    await expect.poll(answer("/x")).toBe("200 a /x");
  });

  test("a new service with its route, at once", async () => {
    environment.store.apply({ put: [service({ name: "c" }), instances("c", b.port), routes({ "/": "a", "/c": "c" })] });
    await expect.poll(answer("/c/x")).toBe("200 b /c/x");
    await expect.poll(answer("/x")).toBe("200 a /x");
  });

  test("an ingress moves to another port", async () => {
    const other = await freePort();
    environment.store.put(httpIngress({ spec: { listenPort: other } }));
    await expect.poll(answer("/x", { at: other })).toBe("200 a /x");
    await expect.poll(answer("/x")).toBe("refused");
  });

  test("an ingress is renamed, with its routes", async () => {
    environment.store.apply({
      put: [
        httpIngress({ spec: { ingressName: "renamed", listenPort: port } }),
        routes({ "/": "b" }, { ingressName: "renamed" }),
      ],
    });
    await expect.poll(answer("/x")).toBe("200 b /x");
  });

  test("two ingresses exchange their ports", async () => {
    const other = await freePort();
    environment.store.apply({
      put: [
        httpIngress({ name: "second", spec: { listenPort: other } }),
        routes({ "/": "b" }, { name: "second", ingressName: "second" }),
      ],
    });
    await expect.poll(answer("/x", { at: other })).toBe("200 b /x");
    environment.store.apply({
      put: [httpIngress({ spec: { listenPort: other } }), httpIngress({ name: "second", spec: { listenPort: port } })],
    });
    await expect.poll(answer("/x", { at: other })).toBe("200 a /x");
    await expect.poll(answer("/x")).toBe("200 b /x");
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
    await expect.poll(answer("/second")).toBe("200 b /second");
    await expect.poll(answer("/x", { at: other })).toBe("200 a /x");
    environment.store.drop(second);
    await expect.poll(answer("/third")).toBe("200 b /third");
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
    await expect.poll(answer("/x")).toBe("200 b /x");
  });

  test("a policy moves to another domain", async () => {
    environment.store.put(routes({ "/": "b" }, { domain: "moved.example.com" }));
    await expect.poll(answer("/x", { host: "moved.example.com" })).toBe("200 b /x");
    expect(await answer("/x")()).toBe("404");
  });

  test("an ingress gets a filter, and loses it", async () => {
    const httpFilters = [{ filter: { $case: "healthCheck", value: { path: "/up" } } } as const];
    environment.store.put(httpIngress({ spec: { listenPort: port, httpFilters } }));
    await expect.poll(answer("/up")).toBe("200 ");
    environment.store.put(httpIngress({ spec: { listenPort: port } }));
    await expect.poll(answer("/up")).toBe("200 a /up");
  });

  test("instances become a host name, and addresses again", async () => {
    environment.store.put(instances("a", b.port, "localhost"));
    await expect.poll(answer("/x")).toBe("200 b /x");
    environment.store.put(instances("a", a.port));
    await expect.poll(answer("/x")).toBe("200 a /x");
  });

  test("a dropped ingress is closed", async () => {
    environment.store.drop(httpIngress());
    await expect.poll(answer("/x")).toBe("refused");
  });

  test("a service changes its protocol", async () => {
    const http2 = await startHttp2Upstream("h2");
    try {
      environment.store.apply({ put: [http2Service("a"), instances("a", http2.port)] });
      await expect.poll(answer("/x")).toBe("200 h2 /x");
    } finally {
      await http2.stop();
    }
  });
});
