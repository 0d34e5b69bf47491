import { freePort, httpIngress, service, until } from "@protomesh/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { ask } from "./testing/ask.js";
import { bootstraps } from "./testing/environment.js";
import { answer, b, environment, noCa, port, routes, useRoutes } from "./testing/routes-scene.js";
import { instances } from "./testing/two-services.js";

useRoutes();

describe.each(bootstraps)("by %s", (bootstrap) => {
  beforeEach(async () => {
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("/x")).toBe("200 a /x");
  });

  test("an Envoy that starts again gets everything, and what follows", async () => {
    await environment.restartEnvoys();
    await expect.poll(answer("/x")).toBe("200 a /x");
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x")).toBe("200 b /x");
  });

  test("a server that comes back finds its Envoy with what it had, and changes go on", async () => {
    await environment.restartXds();
    expect(await ask(port, "/x")).toMatchObject({ status: 200, body: "a /x" });
    environment.store.put(routes({ "/": "b" }));
    await expect.poll(answer("/x")).toBe("200 b /x");
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
    await expect.poll(answer("/x")).toBe("200 b /x");
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
    await expect.poll(answer("/x")).toBe("200 b /x");
    environment.store.apply({
      put: [poisoned("%PROTOCOL%"), routes({ "/": "a" }, { name: "mended", ingressName: "poisoned" })],
    });
    await expect.poll(answer("/x", { at: other })).toBe("200 a /x");
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
    await expect.poll(answer("/x")).toBe("200 b /x");
    environment.store.put(poisoned(false));
    await expect.poll(answer("/c")).toBe("200 b /c");
  });
});

test("two ingresses exchange their ports while no xDS server is there", async () => {
  await environment.startEnvoy("delta-ads");
  const other = await freePort();
  environment.store.apply({
    put: [
      httpIngress({ name: "second", spec: { listenPort: other } }),
      routes({ "/": "b" }, { name: "second", ingressName: "second" }),
    ],
  });
  await expect.poll(answer("/x", { at: other })).toBe("200 b /x");
  await environment.restartXds(() => {
    environment.store.apply({
      put: [httpIngress({ spec: { listenPort: other } }), httpIngress({ name: "second", spec: { listenPort: port } })],
    });
  });
  await expect.poll(answer("/x", { at: other })).toBe("200 a /x");
  await expect.poll(answer("/x")).toBe("200 b /x");
});
