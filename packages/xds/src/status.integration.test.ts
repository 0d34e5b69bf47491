import type { Resource } from "@protomesh/core/api";
import {
  envoyPath,
  freePort,
  httpIngress,
  instanceSet,
  routingPolicy,
  type RunningEnvoy,
  service,
} from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask } from "./testing/ask.js";
import { bootstraps, Environment } from "./testing/environment.js";
import { startUpstream, type Upstream } from "./testing/upstream.js";

/** A CA bundle that no Envoy can read: services with TLS are rejected. */
const noCa = "/nowhere/ca.pem";
let environment: Environment;
let upstream: Upstream;
let port: number;

const routes = (prefix: string, target = "a") =>
  routingPolicy({ name: "routes", spec: { routes: [{ matchPrefix: prefix, targetService: target }] } });
const ingress = (format = "") => httpIngress({ spec: { listenPort: port, accessLogStdoutFormat: format } });
const instances = (name: string) =>
  instanceSet({ name, spec: { instances: [{ address: "127.0.0.1", port: upstream.port }] } });

beforeEach(async (context) => {
  envoyPath(context);
  [upstream, port] = await Promise.all([startUpstream("a"), freePort()]);
  environment = await Environment.start([ingress(), service({ name: "a" }), instances("a"), routes("/")], {
    "envoy.xds.upstream.ca.path": noCa,
  });
});

afterEach(async () => {
  await environment.stop();
  await upstream.stop();
});

const programmed = (resource: Resource) => environment.statusOf(resource)["Programmed"];

async function says(resource: Resource, want: string): Promise<void> {
  await expect.poll(() => programmed(resource)).toMatch(new RegExp(want));
}

const everywhere = "^AllNodes: programmed on 1 of 1 node$";

describe.each(bootstraps)("by %s", (bootstrap) => {
  let envoy: RunningEnvoy;

  beforeEach(async () => {
    envoy = await environment.startEnvoy(bootstrap, { nodeId: "edge-1" });
  });

  test("what Envoy has taken is programmed on it, and answers; so is each change", async () => {
    for (const resource of [ingress(), service({ name: "a" }), instances("a"), routes("/")])
      await says(resource, everywhere);
    expect(await ask(port, "/x")).toMatchObject({ status: 200 });
    environment.store.put(routes("/x"));
    await expect.poll(() => environment.store.statuses.of(routes("/").id, "xds/test")?.observedIndex).toBe(2n);
    await says(routes("/x"), everywhere);
    expect(await ask(port, "/y")).toMatchObject({ status: 404 });
  });

  test("a poisoned ingress is rejected in Envoy's words, the others are not, and the mended one is programmed", async () => {
    await says(routes("/"), everywhere);
    const other = await freePort();
    const poisoned = (accessLogStdoutFormat: string) =>
      httpIngress({ name: "poisoned", spec: { listenPort: other, accessLogStdoutFormat } });
    environment.store.apply({
      put: [
        poisoned("%NO_SUCH_COMMAND%"),
        routingPolicy({ name: "hidden", spec: { ingressName: "poisoned", routes: [] } }),
      ],
    });
    await says(poisoned(""), "^Rejected: edge-1 rejected it: .*NO_SUCH_COMMAND.*; programmed on 0 of 1 node$");
    environment.store.put(ingress("%PROTOCOL%"), routes("/x"));
    await expect.poll(() => environment.store.statuses.of(routes("/").id, "xds/test")?.observedIndex).toBe(3n);
    for (const resource of [ingress(), service({ name: "a" }), instances("a"), routes("/")])
      await says(resource, everywhere);
    await says(poisoned(""), "^Rejected: edge-1 rejected it");
    environment.store.put(poisoned("%PROTOCOL%"));
    await says(poisoned(""), everywhere);
    await says(routingPolicy({ name: "hidden" }), everywhere);
    expect(programmed(ingress())).toMatch(new RegExp(everywhere));
  });

  test("a poisoned service is rejected in Envoy's words, the others are not, and the mended one is programmed", async () => {
    await says(routes("/"), everywhere);
    const poisoned = (enableTlsTransport: boolean) => service({ name: "c", spec: { enableTlsTransport } });
    environment.store.apply({ put: [poisoned(true), instances("c"), service({ name: "d" }), instances("d")] });
    await says(poisoned(true), `^Rejected: edge-1 rejected it: .*${noCa}`);
    for (const resource of [service({ name: "d" }), instances("d"), service({ name: "a" })])
      await says(resource, everywhere);
    environment.store.put(poisoned(false));
    for (const resource of [poisoned(false), instances("c")]) await says(resource, everywhere);
    expect(programmed(instances("a"))).toMatch(new RegExp(everywhere));
  });

  test("a stopped Envoy is waited for by name, and one that is started again ends it", async () => {
    await says(routes("/"), everywhere);
    await envoy.stop();
    environment.store.put(routes("/x"));
    await says(routes("/x"), "^Pending: programmed on 0 of 1 node; edge-1 is not connected$");
    await says(service({ name: "a" }), everywhere);
    await environment.startEnvoy(bootstrap, { nodeId: "edge-1" });
    await expect.poll(() => programmed(routes("/x"))).toMatch(new RegExp(everywhere));
  });
});

test("nodes are counted, and the one that lags is named", async () => {
  await environment.startEnvoy("delta-ads", { nodeId: "edge-1" });
  const second = await environment.startEnvoy("delta-ads", { nodeId: "edge-2" });
  await says(routes("/"), "^AllNodes: programmed on 2 of 2 nodes$");
  await second.stop();
  environment.store.put(routes("/x"));
  await expect
    .poll(() => programmed(routes("/x")))
    .toBe("Pending: programmed on 1 of 2 nodes; edge-2 is not connected");
});

test("metrics count nodes by how they stand, and tell the revision that is known", async () => {
  const metrics = async () => {
    const { body } = await environment.admin("/metrics");
    return Object.fromEntries(
      [...body.matchAll(/^protomesh_xds_nodes\{standing="(\w+)"\} (\d+)$/gm)].map(
        ([, standing = "", count]): [string, number] => [standing, Number(count)],
      ),
    );
  };
  const none = { current: 0, behind: 0, rejecting: 0, gone: 0 };
  expect(await metrics()).toEqual(none);
  const first = await environment.startEnvoy("delta-ads", { nodeId: "edge-1" });
  await environment.startEnvoy("sotw", { nodeId: "edge-2" });
  await says(routes("/"), "^AllNodes: programmed on 2 of 2 nodes$");
  expect(await metrics()).toEqual({ ...none, current: 2 });
  environment.store.put(service({ name: "poisoned", spec: { enableTlsTransport: true } }));
  await expect.poll(metrics).toEqual({ ...none, rejecting: 2 });
  await first.stop();
  await expect.poll(metrics).toEqual({ ...none, rejecting: 1, gone: 1 });
  environment.store.put(service({ name: "poisoned" }));
  await expect.poll(metrics).toEqual({ ...none, current: 1, gone: 1 });
  const { body } = await environment.admin("/metrics");
  expect(body).toContain(`protomesh_known_revision{namespace="default"} ${environment.store.revision}\n`);
});
