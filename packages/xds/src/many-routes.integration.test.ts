import type { Resource } from "@protomesh/core/api";
import { Dice, envoyPath, freePort, httpIngress, instanceSet, routingPolicy, service } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "./testing/ask.js";
import { Environment } from "./testing/environment.js";
import { startUpstream, type Upstream } from "./testing/upstream.js";

let environment: Environment;
let upstream: Upstream;

beforeEach(async (context) => {
  envoyPath(context);
  upstream = await startUpstream("a");
  environment = await Environment.start([]);
});

afterEach(async () => {
  await environment.stop();
  await upstream.stop();
});

const serviceAt = (name: string): Resource[] => [
  service({ name }),
  instanceSet({ name, spec: { instances: [{ address: "127.0.0.1", port: upstream.port }] } }),
];
const hostOf = (number: number) => `route-${number}.example.com`;

function route(number: number, ingressName: string, targetService: string): Resource {
  const routes = [{ matchPrefix: "/", targetService }];
  return routingPolicy({ name: `route-${number}`, spec: { ingressName, domain: hostOf(number), routes } });
}

// The long form, with what it takes, is `npm run bench -- xds`.
test.each([
  { hosts: "inline", way: {} },
  { hosts: "on demand", way: { onDemandVirtualHosts: true } },
  { hosts: "scoped", way: { scopedVirtualHosts: true } },
])("route probe, $hosts: each of many routes goes from 404 straight to 200", async ({ way }) => {
  const port = await freePort();
  environment.store.put(
    httpIngress({ spec: { listenPort: port, ...way } }),
    ...serviceAt("a"),
    route(0, "public", "a"),
  );
  await environment.startEnvoy("delta-ads");
  const codeOf = async (number: number) => (await ask(port, "/", { host: hostOf(number) })).status;
  await expect.poll(async () => codeOf(0).catch(() => 0)).toBe(200);
  const seen = new Set<string>();
  for (let number = 1; number <= 300; number++) {
    const codes = [await codeOf(number)];
    environment.store.put(route(number, "public", "a"));
    while (codes.at(-1) === 404) codes.push(await codeOf(number));
    seen.add([...new Set(codes)].join(" → "));
  }
  expect([...seen]).toEqual(["404 → 200"]);
});

test("route scale: thousands of routes, and one that changes again and again: nobody rejects, and all are told", async () => {
  const ports: number[] = [];
  while (ports.length < 20) ports.push(await freePort());
  const dice = new Dice(20_261_124);
  const count = 2_000;
  const services = Array.from({ length: 200 }, (_, number) => `service-${number}`);
  const routeOf = (number: number, target: number) =>
    route(number, `ingress-${number % ports.length}`, services[target % services.length] ?? "");
  environment.store.put(
    ...ports.map((listenPort, number) => httpIngress({ name: `ingress-${number}`, spec: { listenPort } })),
    ...services.flatMap(serviceAt),
    ...Array.from({ length: count }, (_, number) => routeOf(number, number)),
  );
  await environment.startEnvoy("delta-ads", { nodeId: "edge-1" });
  const programmed = (number: number) => environment.statusOf(routeOf(number, 0))["Programmed"];
  await expect.poll(() => programmed(count - 1)).toBe("AllNodes: programmed on 1 of 1 node");

  const before = environment.store.statuses.requests;
  const last = new Map<number, bigint>();
  for (let change = 1; change <= 200; change++) {
    const number = dice.below(count);
    environment.store.put(routeOf(number, number + change));
    last.set(number, environment.store.revision);
    // Each is asked for, so that they come one by one.
    await ask(ports[number % ports.length] ?? 0, "/", { host: hostOf(number) });
  }
  for (const [number, revision] of last) {
    await expect
      .poll(() => environment.store.statuses.of(routeOf(number, 0).id, "xds/test")?.observedIndex)
      .toBe(revision);
    await expect.poll(() => programmed(number)).toBe("AllNodes: programmed on 1 of 1 node");
  }
  expect(environment.store.statuses.requests - before).toBeLessThanOrEqual(200);
  expect((await environment.admin("/metrics")).body).not.toContain('answer="rejected"');
});
