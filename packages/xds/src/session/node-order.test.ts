import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { patienceMs, snapshotOf, SotwConversation, type Contents } from "../testing/conversation.js";
import { NodeOrder, roleOf } from "./node-order.js";
import type { XdsType } from "../snapshot/xds-type.js";

let order: NodeOrder;
/** What was sent, in order, over all streams. */
let sent: string[];
let revision: bigint;

beforeEach(() => {
  vi.useFakeTimers();
  order = new NodeOrder(patienceMs);
  sent = [];
  revision = 0n;
});

afterEach(() => {
  vi.useRealTimers();
});

function publish(contents: Contents): void {
  order.publish(snapshotOf(contents, ++revision));
}

/** A stream for one type, whose client asks for names; none: for everything. */
function stream(type: XdsType, ...names: readonly string[]) {
  const talk = new SotwConversation(false);
  const note = (pushes: readonly string[]) => {
    sent.push(...pushes);
    order.moved();
  };
  const { types } = talk;
  order.add({ types, role: roleOf(type), bring: (snapshot) => note(talk.bring(snapshot)) });
  note(talk.request(type, names));
  return { ack: () => note(talk.ack(type)), nack: () => note(talk.nack(type)) };
}

function since(): string[] {
  return sent.splice(0);
}

test("a renamed service comes before the routes to it, and goes after them", () => {
  publish({ cluster: "a1", routes: "r1" });
  const [clusters, routes] = [stream("cluster"), stream("routes", "r")];
  clusters.ack();
  routes.ack();
  expect(since()).toEqual(["cluster: a1", "routes: r1"]);
  publish({ cluster: "b1", routes: "r2" });
  expect(since()).toEqual(["cluster: a1 b1"]);
  clusters.ack();
  expect(since()).toEqual(["routes: r2"]);
  routes.ack();
  expect(since()).toEqual(["cluster: b1"]);
});

test("a cluster whose endpoints were not asked for is not ready, though it was accepted", () => {
  publish({ routes: "r1" });
  const [clusters, routes] = [stream("cluster"), stream("routes", "r")];
  clusters.ack();
  routes.ack();
  since();
  publish({ cluster: "a1", endpoints: "a1", routes: "r2" });
  clusters.ack();
  expect(since()).toEqual(["cluster: a1"]);
  const endpoints = stream("endpoints", "a");
  expect(since()).toEqual(["endpoints: a1"]);
  endpoints.ack();
  expect(since()).toEqual(["routes: r2"]);
});

test("what changes during a passage comes in the next one, as one", () => {
  publish({ cluster: "a1", routes: "r1" });
  const [clusters, routes] = [stream("cluster"), stream("routes", "r")];
  clusters.ack();
  routes.ack();
  since();
  publish({ cluster: "a1 b1", routes: "r2" });
  publish({ cluster: "a1 c1", routes: "r3" });
  publish({ cluster: "a1 d1", routes: "r4" });
  clusters.ack();
  expect(since()).toEqual(["cluster: a1 b1", "routes: r2"]);
  routes.ack();
  expect(since()).toEqual(["cluster: a1 b1 d1"]);
  clusters.ack();
  routes.ack();
  expect(since()).toEqual(["routes: r4", "cluster: a1 d1"]);
});

test("endpoints that change alone go at once", () => {
  publish({ cluster: "a1", endpoints: "a1" });
  const [clusters, endpoints] = [stream("cluster"), stream("endpoints", "a")];
  clusters.ack();
  endpoints.ack();
  since();
  publish({ cluster: "a1", endpoints: "a2" });
  expect(since()).toEqual(["endpoints: a2"]);
});

test("a client that does not answer is waited for no longer than so long", () => {
  publish({ cluster: "a1", routes: "r1" });
  const [clusters, routes] = [stream("cluster"), stream("routes", "r")];
  clusters.ack();
  routes.ack();
  since();
  publish({ cluster: "b1", routes: "r2" });
  vi.advanceTimersByTime(patienceMs);
  expect(since()).toEqual(["cluster: a1 b1", "routes: r2"]);
});

test("a stream that ends is not waited for", () => {
  publish({ cluster: "a1", routes: "r1" });
  const clusters = { types: new Map(), role: roleOf("cluster"), bring: () => {} };
  order.add(clusters);
  stream("routes", "r").ack();
  since();
  publish({ cluster: "b1", routes: "r2" });
  expect(since()).toEqual(["routes: r2"]);
  order.remove(clusters);
  expect(order.isUnused).toBe(false);
});

describe("where a listener leaves its port to another, that one", () => {
  beforeEach(() => {
    publish({ listener: "a1@1", routes: "a1" });
  });

  test("waits for its scopes", () => {
    const [listeners, routes] = [stream("listener"), stream("routes", "a")];
    listeners.ack();
    routes.ack();
    since();
    publish({ listener: "a2@2s b1@1", "scoped-route": "s1", routes: "a1 b1" });
    expect(since()).toEqual(["listener: a2"]);
    listeners.ack();
    expect(since()).toEqual([]);
    const scopes = stream("scoped-route");
    expect(since()).toEqual(["scoped-route: s1"]);
    scopes.ack();
    expect(since()).toEqual(["listener: a2 b1"]);
  });

  test("waits for its routes, where it had none", () => {
    publish({ listener: "a1@1s", "scoped-route": "s1", routes: "a1" });
    const [listeners, scopes] = [stream("listener"), stream("scoped-route")];
    listeners.ack();
    scopes.ack();
    since();
    publish({ listener: "a2@2 b1@1", "scoped-route": "s1", routes: "a1 b1" });
    listeners.ack();
    expect(since()).toEqual(["listener: a2"]);
    const routes = stream("routes", "a");
    expect(since()).toEqual(["routes: a1"]);
    routes.ack();
    expect(since()).toEqual(["listener: a2 b1"]);
  });

  test("waits no longer than so long for what is never asked for", () => {
    const listeners = stream("listener");
    listeners.ack();
    since();
    publish({ listener: "a2@2s b1@1", "scoped-route": "s1" });
    listeners.ack();
    expect(since()).toEqual(["listener: a2"]);
    vi.advanceTimersByTime(patienceMs);
    expect(since()).toEqual(["listener: a2 b1"]);
  });

  test("does not wait where it was refused", () => {
    const listeners = stream("listener");
    listeners.ack();
    since();
    publish({ listener: "a2@2s b1@1", "scoped-route": "s1" });
    listeners.nack();
    expect(since()).toEqual(["listener: a2", "listener: a2 b1"]);
  });
});
