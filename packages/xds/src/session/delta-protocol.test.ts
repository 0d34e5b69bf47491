import { expect, test } from "vitest";
import { DeltaConversation, resourceOf } from "../testing/conversation.js";

/** A client that has accepted all clusters, and knows the endpoints of `a`. */
function settled(): DeltaConversation {
  const client = new DeltaConversation();
  client.publish({ cluster: "a1 b1", endpoints: "a1 b1" });
  client.request("cluster");
  client.ack("cluster");
  client.request("endpoints", { subscribe: ["a"] });
  client.ack("endpoints");
  return client;
}

const version = (text: string) => resourceOf(text).version;

test("nothing is sent before the first full sync", () => {
  const client = new DeltaConversation();
  expect(client.request("cluster")).toEqual([]);
  expect(client.publish({ cluster: "a1" })).toEqual(["cluster: a1"]);
});

test("only what has changed is sent", () => {
  expect(settled().publish({ cluster: "a1 b2", endpoints: "a1 b2" })).toEqual(["cluster: b2"]);
});

test("a pure ACK gets no answer", () => {
  const client = new DeltaConversation();
  client.publish({ cluster: "a1" });
  client.request("cluster");
  expect(client.ack("cluster")).toEqual([]);
  expect(client.answers).toMatchObject([{ kind: "accepted" }]);
});

test("a nonce of an earlier stream counts as a first request", () => {
  const client = new DeltaConversation();
  client.publish({ cluster: "a1" });
  expect(client.request("cluster", { nonce: "77", error: "no" })).toEqual(["cluster: a1"]);
  expect(client.answers).toEqual([]);
});

test("after a NACK nothing is sent again until the content changes; the fix goes out at once", () => {
  const client = settled();
  client.publish({ cluster: "a2 b1", endpoints: "a1 b1" });
  client.ack("endpoints");
  expect(client.nack("cluster")).toEqual([]);
  expect(client.publish({ cluster: "a2 b1", endpoints: "a1 b1" })).toEqual([]);
  expect(client.publish({ cluster: "a3 b1", endpoints: "a1 b1" })).toEqual(["cluster: a3", "endpoints: a1"]);
});

test("subscription changes in a NACK count", () => {
  const client = settled();
  client.publish({ cluster: "a1 b1", endpoints: "a2 b1" });
  expect(client.nack("endpoints", "no", { subscribe: ["b"] })).toEqual(["endpoints: b1"]);
});

test("subscription changes count even with a stale nonce", () => {
  const client = settled();
  const stale = client.last("endpoints").nonce;
  client.publish({ cluster: "a1 b1", endpoints: "a2 b1" });
  expect(client.request("endpoints", { subscribe: ["b"], nonce: stale })).toEqual(["endpoints: b1"]);
});

test("an answer to an older response counts for that one", () => {
  const client = settled();
  client.publish({ cluster: "a1 b1", endpoints: "a2 b1" });
  const older = client.last("endpoints").nonce;
  client.request("endpoints", { subscribe: ["b"] });
  client.request("endpoints", { nonce: older, error: "no" });
  client.ack("endpoints");
  expect(client.answers.slice(-2).map(({ kind }) => kind)).toEqual(["rejected", "accepted"]);
});

test("subscribing to a current name sends it again", () => {
  expect(settled().request("endpoints", { subscribe: ["a"] })).toEqual(["endpoints: a1"]);
});

test("an absent name is answered in removed_resources, and stays subscribed", () => {
  const client = settled();
  expect(client.request("endpoints", { subscribe: ["c"] })).toEqual(["endpoints: -c"]);
  expect(client.publish({ cluster: "a1 b1", endpoints: "a1 b1 c1" })).toEqual([]);
  expect(client.ack("endpoints")).toEqual(["endpoints: c1"]);
});

test("the first wildcard request gets an answer even when there is nothing", () => {
  const client = new DeltaConversation();
  client.publish({});
  expect(client.request("cluster")).toEqual(["cluster:"]);
  client.ack("cluster");
  expect(client.request("listener", { subscribe: ["*"] })).toEqual(["listener:"]);
});

test("initial_resource_versions: equal ones are skipped, changed ones sent, vanished ones removed", () => {
  const client = new DeltaConversation();
  client.publish({ listener: "a1 b2 d1" });
  const held = { a: version("a1"), b: version("b1"), c: version("c1") };
  expect(client.request("listener", { held })).toEqual(["listener: b2 d1 -c"]);
});

test("initial_resource_versions of names", () => {
  const client = new DeltaConversation();
  client.publish({ routes: "a1 b2 d1 x1" });
  const held = { a: version("a1"), b: version("b1"), c: version("c1") };
  expect(client.request("routes", { subscribe: ["a", "b", "c", "d", "e"], held })).toEqual(["routes: b2 d1 -c -e"]);
});

test("a legacy wildcard lasts until * is unsubscribed", () => {
  const client = settled();
  client.request("cluster", { subscribe: ["a"] });
  client.ack("cluster");
  client.ack("endpoints");
  expect(client.publish({ cluster: "a1 b2", endpoints: "a1 b1" })).toEqual(["cluster: b2"]);
  client.ack("cluster");
  client.request("cluster", { unsubscribe: ["*"] });
  expect(client.publish({ cluster: "a1 b3", endpoints: "a1 b1" })).toEqual([]);
  expect(client.publish({ cluster: "a2 b3", endpoints: "a1 b1" })).toEqual(["cluster: a2", "endpoints: a1"]);
});

test("a first request with names is no wildcard", () => {
  const client = new DeltaConversation();
  client.publish({ cluster: "a1 b1" });
  expect(client.request("cluster", { subscribe: ["a"] })).toEqual(["cluster: a1"]);
});

test("a wildcard that comes after names brings what the names did not", () => {
  const client = new DeltaConversation();
  client.publish({ listener: "a1 b1" });
  client.request("listener", { subscribe: ["a"] });
  client.ack("listener");
  expect(client.request("listener", { subscribe: ["*"] })).toEqual(["listener: b1"]);
});

test.each([
  { title: "there: it is sent again", present: "a1 b1", want: ["listener: a1"] },
  { title: "not there: it is said to be removed", present: "b1", want: ["listener: -a"] },
])("unsubscribing under a wildcard is answered; the resource is $title", ({ present, want }) => {
  const client = new DeltaConversation();
  client.publish({ listener: present });
  client.request("listener", { subscribe: ["*", "a"] });
  client.ack("listener");
  expect(client.request("listener", { unsubscribe: ["a"] })).toEqual(want);
});

test("unknown unsubscribes are ignored", () => {
  const client = settled();
  expect(client.request("endpoints", { unsubscribe: ["x"] })).toEqual([]);
  expect(client.request("cluster", { unsubscribe: ["x"] })).toEqual([]);
});

test("an unsubscribed name is not sent any more", () => {
  const client = settled();
  expect(client.request("endpoints", { unsubscribe: ["a"] })).toEqual([]);
  expect(client.publish({ cluster: "a1 b1", endpoints: "a2 b1" })).toEqual([]);
});

test("EDS and RDS without names ask for nothing", () => {
  const client = new DeltaConversation();
  client.publish({ endpoints: "a1" });
  expect(client.request("endpoints")).toEqual([]);
});

test("a type of which there is nothing: each name is said not to be there", () => {
  expect(settled().request("secret", { subscribe: ["tls"] })).toEqual(["secret: -tls"]);
});
