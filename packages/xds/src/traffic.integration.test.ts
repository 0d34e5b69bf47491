import { chanceOf, envoyPath, freePort, peerPath, until } from "@protomesh/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "./testing/ask.js";
import { bootstraps, Environment, type Bootstrap } from "./testing/environment.js";
import { startHttpLoad } from "./testing/http-load.js";
import { Load } from "./testing/load.js";
import { RandomChanges } from "./testing/random-changes.js";
import { startUpstream, type Upstream } from "./testing/upstream.js";

const { seed, rounds } = chanceOf({ rounds: 150 });

let upstreams: Upstream[];
let port: number;
let environment: Environment;
let changes: RandomChanges;

beforeEach(async (context) => {
  envoyPath(context);
  port = await freePort();
  upstreams = await Promise.all(["a", "b", "c"].map(startUpstream));
  environment = await Environment.start([]);
  const upstreamPorts = upstreams.map((upstream) => upstream.port);
  changes = new RandomChanges({ store: environment.store, seed, port, upstreamPorts });
});

afterEach(async () => {
  await environment.stop();
  await Promise.all(upstreams.map(async (upstream) => upstream.stop()));
});

async function startEnvoy(bootstrap: Bootstrap): Promise<void> {
  await environment.startEnvoy(bootstrap);
  await until(async () => (await statusOf("/load")) === 200, "the route");
}

async function statusOf(path: string): Promise<number> {
  try {
    return (await ask(port, path, { host: "127.0.0.1" })).status;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ECONNREFUSED") return 0;
    throw error;
  }
}

test.each(bootstraps)("by %s, no change loses a request", async (bootstrap) => {
  await startEnvoy(bootstrap);
  const load = new Load(port, "/load", 4);
  for (let index = 0; index < rounds; index++) {
    await changes.next();
    const answeredBefore = load.answered + load.failures.length;
    // The load sets the pace: changes come in bursts and alone.
    if (changes.dice.next() < 0.7)
      await until(() => load.answered + load.failures.length > answeredBefore + 20, "more requests");
  }
  await load.stop();
  expect(load.failures, `with seed ${seed}`).toEqual([]);
  expect(load.answered).toBeGreaterThan(rounds);
});

test("under h2load for a minute, no change loses a request", { timeout: 120_000 }, async (context) => {
  const path = peerPath("h2load", context);
  await startEnvoy("delta-ads");
  const load = startHttpLoad({ path, url: `http://127.0.0.1:${port}/load`, seconds: 60, connections: 16 });
  while (load.isRunning) {
    await changes.next();
    const pauseMs = changes.dice.next() < 0.7 ? changes.dice.next() * 200 : 0;
    await Promise.race([load.ended, new Promise((resolve) => setTimeout(resolve, pauseMs))]);
  }
  const report = await load.ended;
  const made = Object.fromEntries(changes.counts);
  expect(report, `with seed ${seed}, after ${JSON.stringify(made)}`).toMatchObject({
    failed: 0,
    errored: 0,
    not2xx: 0,
  });
  expect(report.answered).toBeGreaterThan(1_000);
  expect(Object.keys(made)).toHaveLength(13);
});
