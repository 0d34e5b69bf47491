import { envoyPath } from "@protomesh/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf } from "./testing/ask.js";
import { bootstraps } from "./testing/environment.js";
import { host, startHosts, type HostsScene } from "./testing/hosts-scene.js";
import { Load } from "./testing/load.js";

let scene: HostsScene;

beforeEach(async (context) => {
  envoyPath(context);
  scene = await startHosts("inline");
});

afterEach(async () => scene.stop());

describe.each(bootstraps)("by %s", (bootstrap) => {
  test("a domain comes to have the routes of others, and leaves them, while all are asked for", async () => {
    const { environment, answer, port } = scene;
    // A load names the address as its host.
    environment.store.put(host("127.0.0.1", "a"), host("*.example.com", "a"));
    await environment.startEnvoy(bootstrap);
    await expect.poll(answer("one.example.com")).toBe("200 a /x");
    const load = new Load(port, "/x", 4);
    const names = ["one.example.com", "two.example.com", "other.example.com", "127.0.0.1"];
    const all = async () => Promise.all(names.map(async (name) => answer(name)()));
    const [a, b] = ["200 a /x", "200 b /x"];
    await expect.poll(all).toEqual([a, b, a, a]);
    environment.store.put(host("two.example.com", "a"));
    await expect.poll(all).toEqual([a, a, a, a]);
    // The first of those that are one goes another way, and the next one gives its name.
    environment.store.put(host("*.example.com", "b"));
    await expect.poll(all).toEqual([a, a, b, a]);
    environment.store.drop(host("one.example.com", "a"));
    await expect.poll(all).toEqual([b, a, b, a]);
    environment.store.drop(host("*.example.com", "b"));
    await expect.poll(all).toEqual(["404", a, "404", a]);
    expect(await answerOf(port, "/x", { host: "TWO.example.com:8080" })).toBe(a);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(load.answered).toBeGreaterThan(0);
    expect(await environment.lastRejection("routes")).toBeUndefined();
  });
});
