import type { Resource } from "@protomesh/core/api";
import { envoyPath, freePort, httpIngress, instanceSet, routingPolicy, service, until } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "./testing/ask.js";
import { Environment } from "./testing/environment.js";
import { Load } from "./testing/load.js";
import { seeded } from "./testing/random.js";
import { startUpstream, type Upstream } from "./testing/upstream.js";

const seed = 20_261_123;
const changes = 300;

let upstreams: Upstream[];
let port: number;
let environment: Environment;

beforeEach(async (context) => {
  envoyPath(context);
  port = await freePort();
  upstreams = await Promise.all(["a", "b", "c"].map(startUpstream));
});

afterEach(async () => {
  await environment.stop();
  await Promise.all(upstreams.map(async (upstream) => upstream.stop()));
});

/** What the loaded route stands on. Any two of its states are both valid, so that a change loses no request. */
interface Loaded {
  readonly service: string;
  readonly ports: readonly number[];
  readonly logFormat: string;
  readonly prefix: string;
}

function resourcesOf({ service: name, ports, logFormat, prefix }: Loaded): Resource[] {
  return [
    httpIngress({ spec: { listenPort: port, accessLogStdoutFormat: logFormat } }),
    service({ name }),
    instanceSet({
      name,
      spec: { instances: ports.map((instancePort) => ({ address: "127.0.0.1", port: instancePort })) },
    }),
    routingPolicy({ name: "loaded", spec: { routes: [{ matchPrefix: prefix, targetService: name }] } }),
  ];
}

test.each(["ads", "delta-ads"] as const)("by %s, no change loses a request", async (bootstrap) => {
  const random = seeded(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] ?? fail();
  const all = upstreams.map((upstream) => upstream.port);
  let loaded: Loaded = { service: "s0", ports: all, logFormat: "", prefix: "/" };
  environment = await Environment.start(resourcesOf(loaded));
  await environment.startEnvoy(bootstrap);
  await until(async () => (await ask(port, "/load")).status === 200, "the route");
  const load = new Load(port, "/load", 4);

  const others = new Map<string, Resource[]>();
  const steps: (() => Promise<void> | void)[] = [
    () => change({ service: `s${Math.floor(random() * 1_000)}` }),
    () => change({ ports: all.filter(() => random() < 0.6).concat(pick(all)) }),
    () => change({ prefix: pick(["/", "/load"]) }),
    () => change({ logFormat: pick(["", "%PROTOCOL%", "%RESPONSE_CODE%"]) }),
    () => addOther(),
    () => dropOther(),
  ];

  function change(to: Partial<Loaded>): void {
    const next = { ...loaded, ...to };
    const put = resourcesOf(next);
    const kept = new Set(put.map(({ id }) => id));
    environment.store.apply({ put, drop: resourcesOf(loaded).filter(({ id }) => !kept.has(id)) });
    loaded = next;
  }

  async function addOther(): Promise<void> {
    const name = `other-${others.size}-${Math.floor(random() * 1_000)}`;
    const added = [
      service({ name }),
      instanceSet({ name, spec: { instances: [{ address: "127.0.0.1", port: pick(all) }] } }),
      httpIngress({ name, spec: { listenPort: await freePort() } }),
      routingPolicy({
        name,
        spec: { domain: `${name}.example.com`, routes: [{ matchPrefix: "/", targetService: name }] },
      }),
    ];
    others.set(name, added);
    environment.store.apply({ put: added });
  }

  function dropOther(): void {
    const name = pick([...others.keys(), "none"]);
    environment.store.apply({ drop: others.get(name) ?? [] });
    others.delete(name);
  }

  for (let index = 0; index < changes; index++) {
    await pick(steps)();
    const answeredBefore = load.answered + load.failures.length;
    // The load sets the pace: changes come in bursts and alone.
    if (random() < 0.7) await until(() => load.answered + load.failures.length > answeredBefore + 20, "more requests");
  }
  await load.stop();
  expect(load.failures, `with seed ${seed}`).toEqual([]);
  expect(load.answered).toBeGreaterThan(changes);
});

function fail(): never {
  throw new Error("there is nothing to pick from");
}
