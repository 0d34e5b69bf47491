import { describe, expect, test } from "vitest";
import { DeltaConversation, patienceMs, resourceOf, SotwConversation, type Contents } from "../testing/conversation.js";

const state: Contents = { cluster: "a1 b1", endpoints: "a1 b1", listener: "l1", routes: "l1" };

interface Client {
  publish(contents: Contents): string[];
  ack(type: "cluster" | "endpoints" | "listener" | "routes"): string[];
  nack(type: "cluster"): string[];
  wait(ms: number): string[];
  readonly wakesInMs: number | undefined;
}

function settledSotw(contents = state): SotwConversation {
  const client = new SotwConversation();
  client.publish(contents);
  client.request("cluster", []);
  client.request("endpoints", ["a", "b"]);
  client.ack("cluster");
  client.ack("endpoints");
  client.request("listener", []);
  client.ack("listener");
  client.request("routes", ["l"]);
  client.ack("routes");
  return client;
}

function settledDelta(contents = state): DeltaConversation {
  const client = new DeltaConversation();
  client.publish(contents);
  client.request("cluster");
  client.request("endpoints", { subscribe: ["a", "b"] });
  client.ack("cluster");
  client.ack("endpoints");
  client.request("listener");
  client.ack("listener");
  client.request("routes", { subscribe: ["l"] });
  client.ack("routes");
  return client;
}

describe.each<{ readonly protocol: string; readonly settled: (contents?: Contents) => Client }>([
  { protocol: "state of the world", settled: settledSotw },
  { protocol: "incremental", settled: settledDelta },
])("$protocol", ({ settled }) => {
  test("what changes in clusters, endpoints, listeners and routes goes out in that order, each after the ones before were taken", () => {
    const client = settled({ cluster: "a1", endpoints: "a1", listener: "l1", routes: "l1" });
    expect(client.publish({ cluster: "a2", endpoints: "a2", listener: "l2", routes: "l2" })).toEqual([
      "cluster: a2",
      "endpoints: a2",
    ]);
    expect(client.ack("endpoints")).toEqual([]);
    expect(client.ack("cluster")).toEqual(["listener: l2"]);
    expect(client.ack("listener")).toEqual(["routes: l2"]);
    expect(client.ack("routes")).toEqual([]);
  });

  test("endpoints never wait for the answer to the clusters", () => {
    const client = settled();
    client.publish({ ...state, cluster: "a2 b1" });
    client.ack("endpoints");
    expect(client.publish({ ...state, cluster: "a2 b1", endpoints: "a1 b2" })).toEqual(["endpoints: b2"]);
  });

  test("a cluster is removed last, after the routes that used it, and by an answer of its own", () => {
    const client = settled({ cluster: "a1 b1", endpoints: "a1 b1", listener: "l1", routes: "l1" });
    expect(client.publish({ cluster: "b1", endpoints: "b1", listener: "l1", routes: "l2" })).toEqual(["routes: l2"]);
    expect(client.ack("routes")[0]).toMatch(/^cluster: (b1|-a)$/);
  });

  test("routes to a new cluster wait until the client has warmed it", () => {
    const client = settled({ cluster: "a1", endpoints: "a1", listener: "l1", routes: "l1" });
    const [first, ...others] = client.publish({ cluster: "a1 b1", endpoints: "a1 b1", listener: "l1", routes: "l2" });
    expect(first).toMatch(/^cluster: (a1 )?b1$/);
    expect(others).toEqual(["endpoints: b1"]);
    expect(client.ack("endpoints")).toEqual([]);
    expect(client.ack("cluster")).toEqual(["routes: l2"]);
  });

  test("a client that rejects the clusters gets the routes all the same", () => {
    const client = settled();
    client.publish({ ...state, cluster: "a2 b1", routes: "l2" });
    client.ack("endpoints");
    expect(client.nack("cluster")).toEqual(["routes: l2"]);
  });

  test("waiting for an answer ends after a while", () => {
    const client = settled();
    client.publish({ ...state, cluster: "a2 b1", routes: "l2" });
    client.ack("endpoints");
    expect(client.wakesInMs).toBe(patienceMs);
    expect(client.wait(patienceMs - 1)).toEqual([]);
    expect(client.wait(1)).toEqual(["routes: l2"]);
  });

  test("with nothing due, nobody has to be woken", () => {
    const client = settled();
    client.publish({ ...state, endpoints: "a2 b1" });
    expect(client.wakesInMs).toBeUndefined();
  });

  test("a client that takes its time gets the newest state, and nothing in between", () => {
    const client = settled();
    expect(client.publish({ ...state, endpoints: "a2 b1" })).toEqual(["endpoints: a2"]);
    expect(client.publish({ ...state, endpoints: "a3 b1" })).toEqual([]);
    expect(client.publish({ ...state, endpoints: "a4 b1" })).toEqual([]);
    expect(client.ack("endpoints")).toEqual(["endpoints: a4"]);
  });

  test("clusters that keep changing do not hold up the routes, which follow the clusters that they need", () => {
    const client = settled();
    client.publish({ ...state, cluster: "a2 b1", routes: "l2" });
    client.ack("endpoints");
    client.publish({ ...state, cluster: "a3 b1", routes: "l3" });
    expect(client.ack("cluster").at(-1)).toBe("routes: l2");
    client.ack("endpoints");
    client.publish({ ...state, cluster: "a4 b1", routes: "l3" });
    expect(client.ack("routes")).toEqual([]);
    client.ack("cluster");
    client.ack("endpoints");
    client.publish({ ...state, cluster: "a5 b1", routes: "l4" });
    expect(client.ack("cluster").at(-1)).toBe("routes: l3");
  });

  test("a cluster that is given again gets its endpoints again, unasked; one that goes does not", () => {
    const client = settled();
    expect(client.publish({ ...state, cluster: "a2 b1" }).slice(1)).toEqual(["endpoints: a1"]);
    client.ack("cluster");
    client.ack("endpoints");
    const removal = client.publish({ ...state, cluster: "a2" });
    expect(removal).toHaveLength(1);
    expect(removal[0]).toMatch(/^cluster/);
  });

  test("a cluster that comes back before it was removed is not removed", () => {
    const client = settled();
    client.publish({ ...state, cluster: "b1", endpoints: "b1", routes: "l2" });
    client.publish({ ...state, cluster: "a1 b1", endpoints: "a1 b1", routes: "l2" });
    expect(client.ack("routes")).toEqual([]);
  });
});

test("listeners may go out before clusters are ever asked for, as gRPC clients ask", () => {
  const client = new SotwConversation();
  client.publish(state);
  expect(client.request("listener", ["l"])).toEqual(["listener: l1"]);
  client.ack("listener");
  expect(client.request("routes", ["l"])).toEqual(["routes: l1"]);
  client.ack("routes");
  expect(client.request("cluster", ["a"])).toEqual(["cluster: a1"]);
  expect(client.request("endpoints", ["a"])).toEqual(["endpoints: a1"]);
});

test("state of the world: a cluster that routes on their way need is given its endpoints, though it is gone from the newest state", () => {
  const client = settledSotw();
  client.publish({ ...state, cluster: "a1 b1 c1", endpoints: "a1 b1 c1", routes: "l2" });
  client.publish({ ...state, routes: "l3" });
  expect(client.change("endpoints", ["a", "b", "c"])).toEqual(["endpoints: c1"]);
});

test("incremental: a cluster that routes on their way need is given its endpoints, though it is gone from the newest state", () => {
  const client = settledDelta();
  client.publish({ ...state, cluster: "a1 b1 c1", endpoints: "a1 b1 c1", routes: "l2" });
  client.publish({ ...state, routes: "l3" });
  expect(client.request("endpoints", { subscribe: ["c"] })).toEqual(["endpoints: c1"]);
});

test("incremental: endpoints go after their cluster, where the client still wants them", () => {
  const client = settledDelta();
  expect(client.publish({ ...state, cluster: "b1", endpoints: "b1" })).toEqual(["cluster: -a", "endpoints: -a"]);
});

test("incremental: endpoints do not overtake the removal of their cluster", () => {
  const client = settledDelta();
  client.publish({ ...state, cluster: "a1 b2" });
  client.ack("endpoints");
  expect(client.publish({ ...state, cluster: "b2", endpoints: "b1" })).toEqual([]);
  expect(client.ack("cluster")).toEqual(["cluster: -a", "endpoints: -a"]);
});

test("a cluster that only the snapshot of a round had stays until the round is over", () => {
  const client = settledDelta();
  client.publish({ ...state, cluster: "a1 b1 c1", listener: "l2" });
  client.publish({ ...state, cluster: "a2 b1", listener: "l2" });
  expect(client.ack("cluster")).toEqual(["cluster: a2", "endpoints: a1", "listener: l2"]);
  client.ack("endpoints");
  client.ack("cluster");
  expect(client.ack("listener")).toEqual(["cluster: -c"]);
});

test("incremental: a client that comes back keeps its clusters until its routes are those of now", () => {
  const client = new DeltaConversation();
  client.publish({ cluster: "b1", endpoints: "b1", listener: "l1", routes: "l2" });
  const held = (...texts: string[]) =>
    Object.fromEntries(texts.map((text) => [text.slice(0, -1), resourceOf(text).version]));
  expect(client.request("cluster", { held: held("a1") })).toEqual(["cluster: b1"]);
  expect(client.request("endpoints", { subscribe: ["a"], held: held("a1") })).toEqual([]);
  expect(client.request("listener", { held: held("l1") })).toEqual([]);
  expect(client.request("routes", { subscribe: ["l"], held: held("l1") })).toEqual([]);
  expect(client.ack("cluster")).toEqual(["listener:"]);
  expect(client.ack("listener")).toEqual(["routes: l2"]);
  expect(client.ack("routes")).toEqual(["cluster: -a", "endpoints: -a"]);
});

test("incremental: clusters of a client that asks for nothing else go after a while", () => {
  const client = new DeltaConversation();
  client.publish({ cluster: "b1" });
  client.request("cluster", { held: { a: "1" } });
  expect(client.ack("cluster")).toEqual([]);
  expect(client.wakesInMs).toBe(patienceMs);
  expect(client.wait(patienceMs)).toEqual(["cluster: -a"]);
});

test("state of the world: routes that changed while listeners wait go out by the newest state", () => {
  const client = settledSotw();
  client.publish({ ...state, listener: "l2", routes: "l2" });
  client.publish({ ...state, listener: "l2", routes: "l3" });
  expect(client.ack("listener")).toEqual(["routes: l2"]);
  expect(client.ack("routes")).toEqual(["routes: l3"]);
});

describe("where a listener leaves its port to another, that one waits", () => {
  test("until it has its scopes", () => {
    const client = settledDelta({ listener: "l1@1", routes: "l1" });
    const next: Contents = { listener: "l2@2 m1@1", "scoped-route": "s1", routes: "m1" };
    expect(client.publish(next)).toEqual(["listener: l2"]);
    client.request("scoped-route");
    expect(client.ack("listener")).toEqual(["scoped-route: s1"]);
    expect(client.ack("scoped-route")).toEqual(["listener: m1"]);
  });

  test("until it has its routes, where it had scopes; what is there changes later", () => {
    const client = settledDelta({ listener: "l1@1 n1@3", "scoped-route": "s1", routes: "n1" });
    client.request("routes", { nonce: client.last("routes").nonce, subscribe: ["n"] });
    client.ack("routes");
    expect(client.publish({ listener: "l2@2 m1@1 n1@3", "scoped-route": "s1", routes: "l1 n2" })).toEqual([
      "listener: l2",
    ]);
    client.request("routes", { subscribe: ["l"] });
    expect(client.ack("listener")).toEqual(["routes: l1"]);
    expect(client.ack("routes")).toEqual(["listener: m1"]);
    expect(client.ack("listener")).toEqual(["routes: n2"]);
  });
});
