import { expect, test } from "vitest";
import { absentVersion, announcement } from "../snapshot/xds-resource.js";
import { digestOf } from "../snapshot/digest.js";
import { DeltaConversation, resourceOf } from "../testing/conversation.js";

/** A client that was given listeners and routes, and asks for virtual hosts now. */
function settled(hosts: string): DeltaConversation {
  const client = new DeltaConversation();
  client.publish({ listener: "public1", routes: "public1", "virtual-host": hosts });
  client.request("listener");
  client.ack("listener");
  client.request("routes", { subscribe: ["public"] });
  client.ack("routes");
  client.request("virtual-host");
  return client;
}

const also = { listener: "public1", routes: "public1" };
const ask = (client: DeltaConversation, ...subscribe: string[]) => client.request("virtual-host", { subscribe });

test("a first request without names asks for nothing", () => {
  expect(settled("public/a.com1").nonces("virtual-host")).toEqual([]);
});

test("the first request is answered with something removed where virtual hosts come on demand, so that the listener opens", () => {
  const client = settledOnDemand("public/a.com1");
  expect(client.request("virtual-host")).toEqual(["virtual-host: -public/"]);
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/a.com2" }, [marker("public")])).toEqual([]);
});

test("an ingress that comes later is announced after its routes, unasked", () => {
  const client = settledOnDemand("");
  client.request("virtual-host");
  client.ack("virtual-host");
  const routes = client.publish({ ...also, listener: "public1 other1" }, [marker("public"), marker("other")]);
  expect(routes).toEqual(["listener: other1"]);
  expect(client.ack("listener")).toEqual(["virtual-host: -other/"]);
});

test("a name is answered with the virtual host of its host, and itself as an alias", () => {
  const client = settled("public/a.com1 public/b.com1");
  expect(ask(client, "public/a.com:8080")).toEqual(["virtual-host: public/a.com1"]);
  expect(client.last("virtual-host").resources).toMatchObject([
    { name: "public/a.com", aliases: ["public/a.com:8080"] },
  ]);
});

test("several names of one host are answered at once", () => {
  const client = settled("public/a.com1");
  ask(client, "public/a.com:1", "public/a.com:2");
  expect(client.last("virtual-host").resources.map(({ aliases }) => aliases)).toEqual([
    ["public/a.com:1", "public/a.com:2"],
  ]);
});

test("a name of a host that the client has is answered again: a request waits for it", () => {
  const client = settled("public/a.com1");
  ask(client, "public/a.com");
  client.ack("virtual-host");
  expect(ask(client, "public/a.com:8080")).toEqual(["virtual-host: public/a.com1"]);
});

test("an unknown host is a resource without a body, with name and alias", () => {
  const client = settled("public/a.com1");
  ask(client, "public/x.com:80");
  const [resource] = client.last("virtual-host").resources;
  expect(resource).toMatchObject({ name: "public/x.com:80", aliases: ["public/x.com:80"], version: absentVersion });
  expect(resource?.any).toHaveLength(0);
});

test("an unknown host is remembered, and given when it comes to exist", () => {
  const client = settled("");
  ask(client, "public/x.com:80");
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/x.com1 public/y.com1" })).toEqual([
    "virtual-host: public/x.com1",
  ]);
});

test("what the client has is kept up to date, and nothing else", () => {
  const client = settled("public/a.com1 public/b.com1");
  ask(client, "public/a.com");
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/a.com2 public/b.com2" })).toEqual([
    "virtual-host: public/a.com2",
  ]);
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/b.com3" })).toEqual(["virtual-host: -public/a.com"]);
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/a.com4" })).toEqual(["virtual-host: public/a.com4"]);
});

test("a wildcard comes with all that lies below it, and keeps it so", () => {
  const client = settled("public/*.com1 public/a.com1 public/a.org1 other/b.com1");
  expect(ask(client, "public/x.com")).toEqual(["virtual-host: public/*.com1 public/a.com1"]);
  client.ack("virtual-host");
  const hosts = "public/*.com1 public/a.com1 public/a.org1 other/b.com1";
  expect(client.publish({ ...also, "virtual-host": `${hosts} public/c.com1 public/c.org1` })).toEqual([
    "virtual-host: public/c.com1",
  ]);
});

test("a wildcard that comes to exist is given for the hosts that it stands in for", () => {
  const client = settled("");
  ask(client, "public/x.com");
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/*.org1" })).toEqual([]);
  expect(client.publish({ ...also, "virtual-host": "public/*.org1 public/*.com1" })).toEqual([
    "virtual-host: public/*.com1",
  ]);
});

test("a host that goes leaves its requests to the wildcard above it", () => {
  const client = settled("public/a.com1 public/*1");
  ask(client, "public/a.com");
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/*1" })).toEqual(["virtual-host: public/*1 -public/a.com"]);
});

test("a host that a wildcard stood in for is given when the wildcard is gone and the host comes", () => {
  const client = settled("public/*1");
  ask(client, "public/a.com");
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "" })).toEqual(["virtual-host: -public/*"]);
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/a.com1 public/b.com1" })).toEqual([
    "virtual-host: public/a.com1",
  ]);
});

test("names remembered are bounded: where more were asked for, whatever comes to exist is given", () => {
  const client = settled("");
  ask(client, "public/wanted.com");
  ask(client, ...Array.from({ length: 10_000 }, (_, index) => `public/${index}.net`));
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/wanted.com1 public/other.com1" })).toEqual([
    "virtual-host: public/other.com1 public/wanted.com1",
  ]);
});

test("ports of one host are remembered once", () => {
  const client = settled("");
  ask(client, ...Array.from({ length: 20_000 }, (_, index) => `public/wanted.com:${index}`));
  client.ack("virtual-host");
  expect(client.publish({ ...also, "virtual-host": "public/other.com1" })).toEqual([]);
});

test("a client that comes back has what it says, gets what changed, and is answered what it still waits for", () => {
  const client = new DeltaConversation();
  client.publish({ "virtual-host": "public/a.com1 public/b.com2 public/d.com1 public/n.com1" });
  const version = (text: string) => resourceOf(text).version;
  const held = {
    "public/a.com": version("public/a.com1"),
    "public/b.com": version("public/b.com1"),
    "public/c.com": version("public/c.com1"),
    "public/n.com:80": absentVersion,
    "public/m.com:80": absentVersion,
  };
  client.request("listener");
  client.ack("listener");
  const subscribe = ["public/a.com", "public/b.com:80", "public/d.com:80", "public/n.com:80", "public/m.com:80"];
  expect(client.request("virtual-host", { subscribe, held })).toEqual([
    "virtual-host: public/b.com2 public/d.com1 public/n.com1 -public/c.com",
  ]);
});

test("an unsubscribed name is not given any more", () => {
  const client = settled("public/a.com1");
  ask(client, "public/a.com", "public/x.com");
  client.ack("virtual-host");
  client.request("virtual-host", { unsubscribe: ["public/a.com", "public/x.com"] });
  expect(client.publish({ ...also, "virtual-host": "public/a.com2 public/x.com1" })).toEqual([]);
});

test("a host that the client rejects is said not to be there, as a request waits for it; its correction is sent at once", () => {
  const client = settled("public/a.com1");
  ask(client, "public/a.com");
  expect(client.nack("virtual-host")).toEqual(["virtual-host:"]);
  expect(client.last("virtual-host").resources).toMatchObject([{ name: "public/a.com", aliases: ["public/a.com"] }]);
  expect(client.answers.at(-1)).toMatchObject({ kind: "rejected", suspects: [{ name: "public/a.com" }] });
  expect(client.ack("virtual-host")).toEqual([]);
  expect(client.publish({ ...also, "virtual-host": "public/a.com2" })).toEqual(["virtual-host: public/a.com2"]);
});

test("a host that a request waits for is given while a round is held up, as the routes of before have it", () => {
  const client = settled("public/a.com1");
  client.request("cluster");
  client.ack("cluster");
  client.publish({ cluster: "c1", listener: "public2", routes: "public1", "virtual-host": "public/a.com2" });
  expect(ask(client, "public/a.com")).toEqual(["virtual-host: public/a.com1"]);
  client.ack("virtual-host");
  expect(client.ack("cluster")).toEqual(["listener: public2"]);
  expect(client.ack("listener")).toEqual(["virtual-host: public/a.com2"]);
});

test("order: clusters and endpoints, then listeners, then routes, then virtual hosts, then what is gone", () => {
  const client = new DeltaConversation();
  const before = { cluster: "a1 b1", endpoints: "a1 b1", ...also, "virtual-host": "public/a.com1" };
  client.publish(before);
  client.request("cluster");
  client.request("endpoints", { subscribe: ["a", "b", "c"] });
  client.ack("cluster");
  client.ack("endpoints");
  client.request("listener");
  client.ack("listener");
  client.request("routes", { subscribe: ["public"] });
  client.ack("routes");
  ask(client, "public/a.com");
  client.ack("virtual-host");
  const after = { cluster: "a1 c1", endpoints: "a1 c1", listener: "public2", routes: "public2" };
  expect(client.publish({ ...after, "virtual-host": "public/a.com2" })).toEqual(["cluster: c1", "endpoints: c1"]);
  client.ack("endpoints");
  expect(client.ack("cluster")).toEqual(["listener: public2"]);
  expect(client.ack("listener")).toEqual(["routes: public2"]);
  expect(client.ack("routes")).toEqual(["virtual-host: public/a.com2"]);
  expect(client.ack("virtual-host")).toEqual(["cluster: -b", "endpoints: -b"]);
});

function marker(ingressName: string) {
  return announcement(`${ingressName}/`, digestOf(ingressName, Buffer.from("routes")));
}

function settledOnDemand(hosts: string): DeltaConversation {
  const client = new DeltaConversation();
  client.publish({ ...also, "virtual-host": hosts }, [marker("public")]);
  client.request("listener");
  client.ack("listener");
  client.request("routes", { subscribe: ["public"] });
  client.ack("routes");
  return client;
}
