import { envoyPath } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ClientResourceStatus } from "./generated/envoy/admin/v3/config_dump_shared.js";
import { ConfigStatus } from "./generated/envoy/service/status/v3/csds.js";
import { fetchedStatuses, standingsIn } from "./testing/client-statuses.js";
import { dumpedBy } from "./testing/config-dump.js";
import { cors, corsRejected, withoutCors } from "./testing/cors-rejected.js";
import type { Bootstrap } from "./testing/environment.js";
import { host, startHosts, type HostsScene, type Way } from "./testing/hosts-scene.js";
import { RawClients } from "./testing/raw-client.js";

interface Case {
  readonly bootstrap: Bootstrap;
  readonly way: Way;
  /** In what the host `one.example.com` comes. */
  readonly carrier: string;
}

const cases: readonly Case[] = [
  { bootstrap: "ads", way: "inline", carrier: "RouteConfiguration public" },
  { bootstrap: "ads", way: "scoped", carrier: "ScopedRouteConfiguration public/one.example.com" },
  { bootstrap: "delta-ads", way: "inline", carrier: "RouteConfiguration public" },
  { bootstrap: "delta-ads", way: "on demand", carrier: "VirtualHost on-demand/public/one.example.com" },
  { bootstrap: "delta-ads", way: "scoped", carrier: "ScopedRouteConfiguration public/one.example.com" },
  { bootstrap: "delta", way: "scoped", carrier: "ScopedRouteConfiguration public/one.example.com" },
];

const taken = [ConfigStatus.SYNCED, ClientResourceStatus.ACKED];
const rejected = [ConfigStatus.ERROR, ClientResourceStatus.NACKED];

let scene: HostsScene;
let clients: RawClients;

afterEach(async () => {
  clients.close();
  await scene.stop();
});

describe.each(cases)("of $carrier by $bootstrap", ({ bootstrap, way, carrier }) => {
  beforeEach(async (context) => {
    envoyPath(context);
    scene = await startHosts(way);
    clients = new RawClients(scene.environment.xdsAddress);
  });

  test("the server tells of a node what Envoy tells of itself", async () => {
    const envoy = await scene.environment.startEnvoy(bootstrap);
    await expect.poll(scene.answer("one.example.com")).toBe("200 a /x");
    const dumped = await dumpedBy(envoy);
    expect([...dumped.keys()]).toContain(carrier);
    const all = Object.fromEntries([...dumped.keys()].map((name) => [name, taken]));
    await expect.poll(async () => standingsIn(await fetchedStatuses(clients))).toEqual(all);
    const { config } = await fetchedStatuses(clients);
    expect(config).toMatchObject([{ node: { id: "envoy-1", cluster: "xds" } }]);
    const told = (config[0]?.genericXdsConfigs ?? []).map(
      ({ typeUrl, name, versionInfo }) => [`${typeUrl.split(".").at(-1)} ${name}`, versionInfo] as const,
    );
    // By state of the world Envoy knows only the version of a response.
    const versioned = told.filter(([name]) => bootstrap !== "ads" && dumped.get(name) !== undefined);
    expect(versioned.map(([name]) => [name, dumped.get(name)])).toEqual(versioned);
  });

  test("what Envoy rejects is told with its words, all else is in step, and so is the correction", async () => {
    const { environment, answer } = scene;
    const envoy = await environment.startEnvoy(bootstrap, withoutCors);
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
    const all = Object.fromEntries([...(await dumpedBy(envoy)).keys()].map((name) => [name, taken]));
    environment.store.put(host("one.example.com", "b", { cors }));
    await expect.poll(async () => standingsIn(await fetchedStatuses(clients))).toEqual({ ...all, [carrier]: rejected });
    const [node] = (await fetchedStatuses(clients)).config;
    const wrong = node?.genericXdsConfigs.filter(({ errorState }) => errorState !== undefined);
    expect(wrong).toMatchObject([{ errorState: { details: corsRejected } }]);
    expect(wrong?.[0]?.errorState?.versionInfo).toBe(wrong?.[0]?.versionInfo);
    const shown: unknown = JSON.parse((await environment.admin("/status")).body);
    const [type, name] = [expect.any(String), carrier.split(" ")[1]];
    expect(shown).toMatchObject({
      nodes: [{ id: "envoy-1", lacking: 1, lacks: [{ type, name, rejection: corsRejected }] }],
    });
    environment.store.put(host("one.example.com", "b"));
    await expect.poll(answer("one.example.com")).toBe("200 b /x");
    await expect.poll(async () => standingsIn(await fetchedStatuses(clients))).toEqual(all);
  });
});
