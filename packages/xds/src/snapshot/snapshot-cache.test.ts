import { httpIngress, routingPolicy, service } from "@protomesh/testing";
import { describe, expect, test } from "vitest";
import { changed, modelOf } from "../testing/models.js";
import type { Sources } from "../translate/config-source.js";
import type { TranslationFailure } from "./attempted.js";
import { SnapshotCache } from "./snapshot-cache.js";
import type { Snapshot } from "./snapshot.js";

const ads: Sources = { from: "ads", transport: "sotw" };

function cacheWith(matchNodeCluster = true): SnapshotCache {
  return new SnapshotCache({ matchNodeCluster, bindAddress: "0.0.0.0", caPath: "/ca.pem", failed: fail });
}

function fail({ what, error }: TranslationFailure): never {
  throw new Error(`${what} was not translated`, { cause: error });
}

/** What an audience has been given so far. */
function watched(cache: SnapshotCache, nodeCluster = "", sources = ads) {
  const seen: Snapshot[] = [];
  const subscription = cache
    .watch({ nodeCluster, program: "envoy", sources })
    .subscribe((snapshot) => seen.push(snapshot));
  return { seen, stop: () => subscription.unsubscribe() };
}

const clusters = (snapshot: Snapshot | undefined) =>
  [...(snapshot?.resources.cluster.values() ?? [])].map(({ name }) => name).sort();

test("nothing before the first model; then it, and each change", () => {
  const cache = cacheWith();
  const { seen } = watched(cache);
  expect(seen).toEqual([]);
  const model = modelOf(service({ name: "a" }));
  cache.publish(model);
  cache.publish(changed(model, { put: [service({ name: "b" })] }));
  expect(seen.map(clusters)).toEqual([["a"], ["a", "b"]]);
});

test("who comes later gets the newest at once", () => {
  const cache = cacheWith();
  cache.publish(modelOf(service()));
  expect(watched(cache).seen.map(clusters)).toEqual([["billing"]]);
});

test("an empty namespace is a state, too", () => {
  const cache = cacheWith();
  const { seen } = watched(cache);
  cache.publish(modelOf());
  expect(seen).toHaveLength(1);
});

test("a model that changes nothing for an audience is not handed to it", () => {
  const cache = cacheWith();
  const model = modelOf(service(), service({ name: "edge", spec: { xdsClusterName: "edge" } }));
  cache.publish(model);
  const other = watched(cache, "other");
  cache.publish(changed(model, { drop: [service({ name: "edge" })] }));
  expect(other.seen).toHaveLength(1);
});

test("all who are to have the same share one snapshot", () => {
  const cache = cacheWith();
  cache.publish(modelOf(service()));
  expect(watched(cache, "a").seen[0]).toBe(watched(cache, "b").seen[0]);
});

test("a node gets what is for its cluster and for all", () => {
  const cache = cacheWith();
  cache.publish(
    modelOf(
      service({ name: "all" }),
      service({ name: "edge", spec: { xdsClusterName: "edge" } }),
      service({ name: "core", spec: { xdsClusterName: "core" } }),
    ),
  );
  expect(clusters(watched(cache, "edge").seen[0])).toEqual(["all", "edge"]);
  expect(clusters(watched(cache, "elsewhere").seen[0])).toEqual(["all"]);
});

test("with node clusters not matched, everything is for everybody", () => {
  const cache = cacheWith(false);
  cache.publish(modelOf(service({ name: "all" }), service({ name: "edge", spec: { xdsClusterName: "edge" } })));
  expect(clusters(watched(cache, "elsewhere").seen[0])).toEqual(["all", "edge"]);
});

test("a node whose cluster begins to be named loses nothing on the way", () => {
  const cache = cacheWith();
  const model = modelOf(service({ name: "a" }));
  cache.publish(model);
  const { seen } = watched(cache, "edge");
  cache.publish(changed(model, { put: [service({ name: "a", spec: { xdsClusterName: "edge" } })] }));
  expect(seen.map(clusters)).toEqual([["a"], ["a"]].slice(0, seen.length));
  expect(clusters(seen.at(-1))).toEqual(["a"]);
});

test("listeners say where routes come from as the audience gets its own", () => {
  const cache = cacheWith();
  cache.publish(modelOf(httpIngress()));
  const perType = (nodeCluster: string): Sources => ({ from: "management-cluster", transport: "sotw", nodeCluster });
  const versions = [ads, perType("a"), perType("b")].map(
    (sources) => watched(cache, "", sources).seen[0]?.resources.listener.version,
  );
  expect(new Set(versions).size).toBe(3);
});

test("who has gone is told nothing", () => {
  const cache = cacheWith();
  const { seen, stop } = watched(cache);
  stop();
  cache.publish(modelOf(service()));
  expect(seen).toEqual([]);
});

test("a snapshot that nobody watched for a while is right when somebody does again", () => {
  const cache = cacheWith();
  let model = modelOf(service({ name: "a" }));
  cache.publish(model);
  watched(cache).stop();
  for (const name of ["b", "c"]) {
    model = changed(model, { put: [service({ name })] });
    cache.publish(model);
  }
  expect(clusters(watched(cache).seen[0])).toEqual(["a", "b", "c"]);
});

describe("scopes, which are made where an ingress goes by them or a client asks", () => {
  const inline = () => modelOf(httpIngress(), routingPolicy({ spec: { domain: "a.com" } }));
  const audience = { nodeCluster: "", program: "envoy", sources: ads } as const;
  const scopes = (snapshot: Snapshot | undefined) => snapshot?.resources["scoped-route"].size;

  test("who asks has them before anything else happens, and with the same versions as where they are made anyway", () => {
    const cache = cacheWith();
    cache.publish(inline());
    const { seen } = watched(cache);
    cache.ask(audience, "scoped-route");
    expect(seen.map(scopes)).toEqual([0, 1]);
    const other = cacheWith();
    other.ask(audience, "scoped-route");
    other.publish(inline());
    const versions = [seen, watched(other).seen].map((all) => all.at(-1)?.resources["scoped-route"].version);
    expect(versions[0]).toBe(versions[1]);
  });

  test("who had them before no ingress goes by them any more keeps them, until nobody asks", () => {
    const cache = cacheWith();
    const before = changed(inline(), { put: [httpIngress({ spec: { scopedVirtualHosts: true } })] });
    cache.publish(before);
    const { seen } = watched(cache);
    const asksNoMore = cache.ask(audience, "scoped-route");
    const after = changed(before, { put: [httpIngress()] });
    cache.publish(after);
    expect(scopes(seen.at(-1))).toBe(1);
    asksNoMore();
    cache.publish(changed(after, { put: [service()] }));
    expect(scopes(seen.at(-1))).toBe(0);
  });

  test("they follow the declarations of those who ask, too", () => {
    const cache = cacheWith();
    cache.publish(inline());
    const { seen } = watched(cache);
    cache.ask(audience, "scoped-route");
    cache.publish(changed(inline(), { put: [routingPolicy({ name: "b", spec: { domain: "b.com" } })] }));
    expect(scopes(seen.at(-1))).toBe(2);
  });
});
