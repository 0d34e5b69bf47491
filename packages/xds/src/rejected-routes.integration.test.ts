import { envoyPath, freePort, type Skippable } from "@protomesh/testing";
import type { Resource } from "@protomesh/core/api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cors, corsRejected, withoutCors } from "./testing/cors-rejected.js";
import { bootstraps, type Bootstrap } from "./testing/environment.js";
import { host, startHosts, type HostsScene, ingress, ways, type Way } from "./testing/hosts-scene.js";

const rejected = `Rejected: envoy-1 rejected it: ${corsRejected}; programmed on 0 of 1 node`;
const everywhere = "AllNodes: programmed on 1 of 1 node";
const cases = bootstraps.flatMap((bootstrap) => ways.map((way) => ({ bootstrap, way, title: `${bootstrap}, ${way}` })));

/** Whether all domains of an ingress are in one resource, which Envoy takes or rejects as a whole. */
function isInline(way: Way, bootstrap: Bootstrap): boolean {
  return way === "inline" || (way === "on demand" && (bootstrap === "ads" || bootstrap === "sotw"));
}

/** Whether a response carries all domains, so that a server that does not know what Envoy has cannot leave any out. */
function isAllOrNothing(way: Way, bootstrap: Bootstrap): boolean {
  return way === "scoped" && (bootstrap === "ads" || bootstrap === "sotw");
}

let scene: HostsScene;
let second: number;

async function programmed(policy: Resource, want: string): Promise<void> {
  await expect.poll(() => scene.environment.statusOf(policy)["Programmed"]).toBe(want);
}

const one = (spec = {}) => host("one.example.com", "b", spec);
const two = (target: string) => host("two.example.com", target);
const four = (target: string) => host("four.example.com", target, { ingressName: "second" });
const news = Array.from({ length: 6 }, (_, at) => host(`new-${at}.example.com`, "a"));

async function begin(context: Skippable, way: Way): Promise<void> {
  envoyPath(context);
  scene = await startHosts(way);
  second = await freePort();
  scene.environment.store.put(ingress("second", second, way), four("a"));
}

afterEach(async () => scene.stop());

describe.each(cases)("by $title", ({ way, bootstrap }) => {
  beforeEach(async (context) => begin(context, way));

  test("a policy that Envoy rejects is told of it by itself, what came with it is served, and so is its correction", async () => {
    const { environment, answer } = scene;
    const { store } = environment;
    await environment.startEnvoy(bootstrap, withoutCors);
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
    await expect.poll(answer("two.example.com")).toBe("200 b /x");
    await expect.poll(answer("four.example.com", second)).toBe("200 a /x");

    store.put(...news.slice(0, 3), one({ cors }), four("b"), ...news.slice(3));
    await programmed(one(), rejected);
    await expect.poll(answer("four.example.com", second)).toBe("200 b /x");
    for (const policy of [four("b"), two("b")]) await programmed(policy, everywhere);
    for (const policy of news) await programmed(policy, isInline(way, bootstrap) ? rejected : everywhere);
    for (const at of news.keys()) {
      const name = `new-${at}.example.com`;
      await expect.poll(answer(name)).toBe(isInline(way, bootstrap) ? "404" : "200 a /x");
    }
    expect(await answer("one.example.com")()).toBe("200 a /x");
    expect(await answer("two.example.com")()).toBe("200 b /x");

    // Other changes go their way, and what was rejected is not sent again with them.
    const before = await environment.rejected();
    store.put(four("a"));
    await expect.poll(answer("four.example.com", second)).toBe("200 a /x");
    await programmed(four("a"), everywhere);
    expect(await environment.rejected()).toBe(before);
    expect(environment.statusOf(one())["Programmed"]).toBe(rejected);

    store.put(one());
    await expect.poll(answer("one.example.com")).toBe("200 b /x");
    for (const policy of [one(), two("b"), four("a"), ...news]) await programmed(policy, everywhere);
    for (const at of news.keys()) await expect.poll(answer(`new-${at}.example.com`)).toBe("200 a /x");
  });
});

const aggregated = cases.filter(({ bootstrap }) => bootstrap === "ads" || bootstrap === "delta-ads");

describe.each(aggregated)("by $title", ({ way, bootstrap }) => {
  beforeEach(async (context) => begin(context, way));

  test("an Envoy that starts while a policy is rejected has all others; so it is with a server that comes back", async () => {
    const { environment, answer } = scene;
    environment.store.put(one({ cors }));
    await environment.startEnvoy(bootstrap, withoutCors);
    await expect.poll(answer("four.example.com", second)).toBe("200 a /x");
    const others = isInline(way, bootstrap) ? "404" : "200 b /x";
    await expect.poll(answer("two.example.com")).toBe(others);
    expect(await answer("one.example.com")()).toBe("404");
    await programmed(one(), rejected);

    await environment.restartXds(() => environment.store.put(four("b"), two("a")));
    await programmed(one(), rejected);
    const hadBefore = { four: "200 a /x", two: "200 b /x" };
    const hasNow = { four: "200 b /x", two: isInline(way, bootstrap) ? "404" : "200 a /x" };
    const want = isAllOrNothing(way, bootstrap) ? hadBefore : hasNow;
    await expect.poll(answer("four.example.com", second)).toBe(want.four);
    await expect.poll(answer("two.example.com")).toBe(want.two);
    environment.store.put(one());
    await expect.poll(answer("one.example.com")).toBe("200 b /x");
    await expect.poll(answer("two.example.com")).toBe("200 a /x");
    await expect.poll(answer("four.example.com", second)).toBe("200 b /x");
    await programmed(one(), everywhere);
  });
});

test("of two Envoys the one that rejects a policy is named, and the other counts", async (context) => {
  await begin(context, "scoped");
  const { environment } = scene;
  await environment.startEnvoy("delta-ads", { nodeId: "edge-1" });
  await environment.startEnvoy("delta-ads", { nodeId: "edge-2", ...withoutCors });
  await programmed(one(), "AllNodes: programmed on 2 of 2 nodes");
  environment.store.put(one({ cors }), ...news);
  await expect
    .poll(() => environment.statusOf(one())["Programmed"])
    .toBe(`Rejected: edge-2 rejected it: ${corsRejected}; programmed on 1 of 2 nodes`);
  for (const policy of news) await programmed(policy, "AllNodes: programmed on 2 of 2 nodes");
});
