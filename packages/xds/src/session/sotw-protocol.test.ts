import { describe, expect, test } from "vitest";
import { versionOfSet } from "../snapshot/xds-resource.js";
import { resourceOf, SotwConversation } from "../testing/conversation.js";

/** A client that has accepted all clusters, and knows the endpoints of `a`. */
function settled(): SotwConversation {
  const client = new SotwConversation();
  client.publish({ cluster: "a1 b1", endpoints: "a1 b1" });
  client.request("cluster", []);
  client.ack("cluster");
  client.request("endpoints", ["a"]);
  client.ack("endpoints");
  return client;
}

test("nothing is sent before the first full sync", () => {
  const client = new SotwConversation();
  expect(client.request("cluster", [])).toEqual([]);
  expect(client.publish({ cluster: "a1" })).toEqual(["cluster: a1"]);
});

test("a nonce of an earlier stream counts as a first request", () => {
  const client = new SotwConversation();
  client.publish({ cluster: "a1" });
  expect(client.request("cluster", [], { nonce: "77" })).toEqual(["cluster: a1"]);
  expect(client.answers).toEqual([]);
});

test("an error about a response of an earlier stream rejects nothing of this one", () => {
  const client = new SotwConversation();
  client.publish({ cluster: "a1" });
  expect(client.request("cluster", [], { nonce: "77", error: "no" })).toEqual(["cluster: a1"]);
  expect(client.answers).toEqual([]);
});

test("a pure ACK gets no answer", () => {
  const client = new SotwConversation();
  client.publish({ cluster: "a1" });
  client.request("cluster", []);
  expect(client.ack("cluster")).toEqual([]);
  expect(client.answers).toMatchObject([{ kind: "accepted" }]);
});

test("nonces differ within a type, also where the revision is the same", () => {
  const client = settled();
  client.change("endpoints", ["a", "b"]);
  const nonces = client.nonces("endpoints");
  expect(new Set(nonces).size).toBe(nonces.length);
});

test("nonces are per type: a type's nonce says nothing of another", () => {
  const client = new SotwConversation();
  client.publish({ cluster: "a1", endpoints: "a1" });
  client.request("cluster", []);
  client.request("endpoints", ["a"]);
  client.ack("cluster");
  expect(client.answers).toHaveLength(1);
  client.ack("endpoints");
  expect(client.answers).toHaveLength(2);
});

test("after a NACK nothing is sent again until the content changes; the fix goes out at once", () => {
  const client = settled();
  expect(client.publish({ cluster: "a2 b1", endpoints: "a1 b1" })).toEqual(["cluster: a2 b1", "endpoints: a1"]);
  client.ack("endpoints");
  expect(client.nack("cluster")).toEqual([]);
  expect(client.publish({ cluster: "a2 b1", endpoints: "a1 b1" })).toEqual([]);
  expect(client.publish({ cluster: "a3 b1", endpoints: "a1 b1" })).toEqual(["cluster: a3 b1", "endpoints: a1"]);
});

test("after a NACK the return to what the client had is a change, too", () => {
  const client = settled();
  client.publish({ cluster: "a1 b1", endpoints: "a2 b1" });
  client.nack("endpoints");
  expect(client.publish({ cluster: "a1 b1", endpoints: "a1 b1" })).toEqual(["endpoints: a1"]);
});

test("subscription changes in a NACK count", () => {
  const client = settled();
  client.publish({ cluster: "a1 b1", endpoints: "a2 b1" });
  expect(client.nack("endpoints", "no", ["a", "b"])).toEqual(["endpoints: b1"]);
});

test("LDS and CDS carry the full subscribed set", () => {
  const client = settled();
  expect(client.publish({ cluster: "a1 b2", endpoints: "a1 b1" })).toEqual(["cluster: a1 b2"]);
});

test("RDS and EDS carry what has changed", () => {
  const client = settled();
  client.change("endpoints", ["a", "b"]);
  client.ack("endpoints");
  expect(client.publish({ cluster: "a1 b1", endpoints: "a1 b2" })).toEqual(["endpoints: b2"]);
});

test("a request with a stale nonce is ignored", () => {
  const client = settled();
  const stale = client.last("endpoints").nonce;
  client.publish({ cluster: "a1 b1", endpoints: "a2 b1" });
  expect(client.request("endpoints", ["a", "b"], { nonce: stale })).toEqual([]);
  expect(client.change("endpoints", ["a", "b"])).toEqual(["endpoints: b1"]);
});

test("a name added at an unchanged version is sent", () => {
  expect(settled().change("endpoints", ["a", "b"])).toEqual(["endpoints: b1"]);
});

test("a name given up and asked for again is sent again", () => {
  const client = settled();
  expect(client.change("endpoints", [])).toEqual([]);
  expect(client.change("endpoints", ["a"])).toEqual(["endpoints: a1"]);
});

test("an absent name is remembered and sent when it appears", () => {
  const client = settled();
  expect(client.change("endpoints", ["a", "c"])).toEqual([]);
  expect(client.publish({ cluster: "a1 b1", endpoints: "a1 b1 c1" })).toEqual(["endpoints: c1"]);
});

test("a name that vanished and came back unchanged is sent again", () => {
  const client = new SotwConversation();
  client.publish({ routes: "a1" });
  client.request("routes", ["a"]);
  client.ack("routes");
  expect(client.publish({ routes: "" })).toEqual([]);
  expect(client.publish({ routes: "a1" })).toEqual(["routes: a1"]);
});

test("the first request after a reconnect is answered, although the client has that version", () => {
  const first = settled();
  const again = new SotwConversation();
  again.publish({ cluster: "a1 b1", endpoints: "a1 b1" });
  expect(again.request("endpoints", ["a"], { nonce: first.last("endpoints").nonce })).toEqual(["endpoints: a1"]);
});

describe("a client that comes back tells by its version which ports its listeners have", () => {
  test.each([
    { title: "nothing changes hands", had: "a1@1", listener: "a2@2", pushes: ["a2"] },
    { title: "another takes the port of one that moves", had: "a1@1", listener: "a2@2 b1@1", pushes: ["a2", "a2 b1"] },
    { title: "in a chain", had: "a1@1 b1@2", listener: "a2@2 b2@3", pushes: ["b2", "a2 b2"] },
    { title: "in exchange", had: "a1@1 b1@2", listener: "a2@2 b2@1", pushes: ["", "b2", "a2 b2"] },
    { title: "of one that goes", had: "a1@1", listener: "b1@1", pushes: ["b1"] },
  ])("$title", ({ had, listener, pushes }) => {
    const client = new SotwConversation();
    client.publish({ listener });
    const version = versionOfSet("hash", had.split(" ").map(resourceOf));
    const sent = client.request("listener", [], { version });
    for (let more = client.ack("listener"); more.length > 0; more = client.ack("listener")) sent.push(...more);
    expect(sent).toEqual(pushes.map((push) => `listener: ${push}`.trim()));
  });

  test.each(["", "hash", "hash@", "hash@a", "@%", "hash@a=1=2&&=&%zz", "a@b@c"])(
    "unless it is another's version: %s",
    (version) => {
      const client = new SotwConversation();
      client.publish({ listener: "a1@1" });
      expect(client.request("listener", [], { version })).toEqual(["listener: a1"]);
      expect(client.ack("listener")).toEqual([]);
    },
  );
});

test("names [] → [*, a] → [a] → [] mean wildcard, wildcard and a, a, nothing", () => {
  const client = new SotwConversation();
  client.publish({ listener: "a1 b1" });
  expect(client.request("listener", [])).toEqual(["listener: a1 b1"]);
  client.ack("listener");
  client.change("listener", ["*", "a"]);
  client.ack("listener");
  expect(client.publish({ listener: "a1 b2" })).toEqual(["listener: a1 b2"]);
  client.change("listener", ["a"]);
  expect(client.publish({ listener: "a1 b3" })).toEqual([]);
  expect(client.publish({ listener: "a2 b3" })).toEqual(["listener: a2"]);
  client.change("listener", []);
  expect(client.publish({ listener: "a3 b4" })).toEqual([]);
});

test("a wildcard is answered although there is nothing", () => {
  const client = new SotwConversation();
  client.publish({});
  expect(client.request("cluster", [])).toEqual(["cluster:"]);
  client.ack("cluster");
  expect(client.request("listener", [])).toEqual(["listener:"]);
});

test("a named listener that is not there: the answer without it says so", () => {
  const client = new SotwConversation();
  client.publish({ listener: "a1" });
  expect(client.request("listener", ["b"])).toEqual(["listener:"]);
});

test("EDS without names asks for nothing", () => {
  const client = new SotwConversation();
  client.publish({ endpoints: "a1" });
  expect(client.request("endpoints", [])).toEqual([]);
});

test("a type of which there is nothing gets no answer, and no harm is done", () => {
  const client = settled();
  expect(client.request("secret", ["tls"])).toEqual([]);
  expect(client.publish({ cluster: "a1 b1", endpoints: "a2 b1" })).toEqual(["endpoints: a2"]);
});
