import type { Resource } from "@protomesh/core/api";
import { envoyPath, freePort, httpIngress, routingPolicy, service } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf } from "./testing/ask.js";
import { bootstraps, Environment, soon } from "./testing/environment.js";
import { ingress, ways } from "./testing/hosts-scene.js";
import { instances } from "./testing/two-services.js";
import { startUpstream, type Upstream } from "./testing/upstream.js";

let environment: Environment;
let a: Upstream;
let b: Upstream;
let port: number;
let other: number;

beforeEach(async (context) => {
  envoyPath(context);
  [a, b, port, other] = await Promise.all([startUpstream("a"), startUpstream("b"), freePort(), freePort()]);
  environment = await Environment.start([
    service({ name: "a" }),
    instances("a", a.port),
    service({ name: "b" }),
    instances("b", b.port),
    route("moving", "a"),
    route("rival", "b"),
  ]);
});

afterEach(async () => {
  await environment.stop();
  await Promise.all([a.stop(), b.stop()]);
});

function answer(at: number): () => Promise<string> {
  return async () => answerOf(at, "/x", { host: "one.example.com" });
}

describe.each(bootstraps)("by %s", (bootstrap) => {
  const changes = ways.flatMap((from) => ways.filter((to) => to !== from).map((to) => ({ from, to })));

  test.each(changes)(
    "an ingress goes from $from to $to and to another port, which leaves its old one to another at once",
    async ({ from, to }) => {
      environment.store.put(ingress("moving", port, from));
      await environment.startEnvoy(bootstrap);
      await expect.poll(answer(port)).toBe("200 a /x");
      environment.store.apply({ put: [ingress("moving", other, to), ingress("rival", port, "inline")] });
      await expect.poll(answer(other), soon).toBe("200 a /x");
      await expect.poll(answer(port), soon).toBe("200 b /x");
      expect(await environment.lastRejection("listener")).toBeUndefined();
    },
  );

  test.each(changes)("the same, from $from to $to, while no server is there", async ({ from, to }) => {
    environment.store.put(ingress("moving", port, from));
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer(port)).toBe("200 a /x");
    await environment.restartXds(() =>
      environment.store.apply({ put: [ingress("moving", other, to), ingress("rival", port, "inline")] }),
    );
    await expect.poll(answer(other)).toBe("200 a /x");
    await expect.poll(answer(port), soon).toBe("200 b /x");
    expect(await environment.lastRejection("listener")).toBeUndefined();
  });

  test.each([
    { first: "moving", second: "rival" },
    { first: "rival", second: "moving" },
  ] as const)("two exchange their ports while no server is there: $first $second", async ({ first, second }) => {
    environment.store.put(ingress(first, port, "inline"), ingress(second, other, "inline"));
    await environment.startEnvoy(bootstrap);
    const own = { moving: "200 a /x", rival: "200 b /x" };
    await expect.poll(answer(port)).toBe(own[first]);
    await expect.poll(answer(other)).toBe(own[second]);
    await environment.restartXds(() =>
      environment.store.apply({ put: [ingress(first, other, "inline"), ingress(second, port, "inline")] }),
    );
    await expect.poll(answer(port)).toBe(own[second]);
    await expect.poll(answer(other)).toBe(own[first]);
    expect(await environment.lastRejection("listener")).toBeUndefined();
  });

  test("an ingress that was refused, as one that is wrong keeps its port, opens when that one is mended", async () => {
    environment.store.put(ingress("moving", port, "inline"));
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer(port)).toBe("200 a /x");
    const rival = ingress("rival", port, "inline");
    environment.store.apply({ put: [wrong("moving", other), rival] });
    await expect.poll(() => environment.statusOf(rival)["Programmed"]).toContain("duplicate address");
    expect(await answer(port)()).toBe("200 a /x");
    environment.store.put(ingress("moving", other, "inline"));
    await expect.poll(answer(other)).toBe("200 a /x");
    await expect.poll(answer(port)).toBe("200 b /x");
    await expect.poll(() => environment.statusOf(rival)["Programmed"]).toBe("AllNodes: programmed on 1 of 1 node");
  });
});

function wrong(name: string, listenPort: number): Resource {
  return httpIngress({ name, spec: { ingressName: name, listenPort, accessLogStdoutFormat: "%NO_SUCH_COMMAND%" } });
}

function route(ingressName: string, target: string): Resource {
  const routes = [{ matchPrefix: "/", targetService: target }];
  return routingPolicy({ name: `of ${ingressName}`, spec: { ingressName, domain: "one.example.com", routes } });
}
