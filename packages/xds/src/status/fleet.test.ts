import { expect, test } from "vitest";
import { DeltaConversation, SotwConversation } from "../testing/conversation.js";
import type { XdsType } from "../snapshot/xds-type.js";
import { FleetScene, joinMs, memoryMs } from "../testing/fleet-scene.js";

const scene = () => {
  const made = new FleetScene();
  made.publish({ cluster: "a1" });
  return made;
};

/** A node that asks for all clusters and takes them. */
function joined(to: FleetScene, id: string, node: DeltaConversation | SotwConversation = new DeltaConversation()) {
  to.connect(id, node);
  ask(node);
  node.ack("cluster");
  to.look();
  return node;
}

function ask(node: DeltaConversation | SotwConversation): void {
  askFor(node, "cluster");
}

function askFor(node: DeltaConversation | SotwConversation, type: XdsType, name = "*"): void {
  if (node instanceof DeltaConversation) node.request(type, { subscribe: [name] });
  else node.request(type, [name]);
}

const kinds = [
  { kind: "delta", node: () => new DeltaConversation() },
  { kind: "sotw", node: () => new SotwConversation() },
];

test.each(kinds)("$kind: a node has what it has accepted, and not what it was merely sent", ({ node }) => {
  const fleet = scene();
  const edge = joined(fleet, "edge-1", node());
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1, programmed: 1 });
  fleet.publish({ cluster: "a2 b1" });
  expect(fleet.tally("a2")).toMatchObject({ nodes: 1, programmed: 0, unanswered: { count: 1, first: "edge-1" } });
  expect(fleet.tally("b1")).toMatchObject({ programmed: 0 });
  edge.ack("cluster");
  expect(fleet.tally("a2")).toMatchObject({ programmed: 1 });
  expect(fleet.tally("b1")).toMatchObject({ programmed: 1 });
});

test.each(kinds)("$kind: that a node has everything of a newer revision is told once, when it has", ({ node }) => {
  const fleet = scene();
  const edge = joined(fleet, "edge-1", node());
  fleet.publish({ cluster: "a2" });
  expect(fleet.look().progress).toBe(false);
  edge.ack("cluster");
  expect(fleet.look().progress).toBe(true);
  expect(fleet.look().progress).toBe(false);
});

test.each(kinds)("$kind: what a change does not concern stays programmed meanwhile", ({ node }) => {
  const fleet = scene();
  joined(fleet, "edge-1", node());
  fleet.publish({ cluster: "a1 b1" });
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1, programmed: 1 });
});

test.each(kinds)("$kind: what is named in a rejection is rejected, the rest of the response is taken", ({ node }) => {
  const fleet = scene();
  const edge = joined(fleet, "edge-1", node());
  fleet.publish({ cluster: "a1 b1 c1" });
  edge.nack("cluster", "cluster c: no such file");
  expect(fleet.tally("c1").rejected).toEqual({ count: 1, first: "edge-1", message: "cluster c: no such file" });
  expect(fleet.tally("b1")).toMatchObject({ programmed: 1 });
  expect(fleet.tally("a1")).toMatchObject({ programmed: 1 });
});

test.each(kinds)("$kind: a rejection that names nothing is of all that came with it", ({ node }) => {
  const fleet = scene();
  const edge = joined(fleet, "edge-1", node());
  fleet.publish({ cluster: "a1 b1 c1" });
  edge.nack("cluster", "malformed");
  for (const rejected of ["b1", "c1"]) expect(fleet.tally(rejected).rejected.count).toBe(1);
  expect(fleet.tally("a1")).toMatchObject({ programmed: 1 });
});

test("delta: what was rejected stays so while other things are taken, until it is mended", () => {
  const fleet = scene();
  const edge = joined(fleet, "edge-1");
  fleet.publish({ cluster: "a1 b1" });
  edge.nack("cluster", "cluster b: no");
  fleet.publish({ cluster: "a2 b1" });
  edge.ack("cluster");
  expect(fleet.tally("a2")).toMatchObject({ programmed: 1 });
  expect(fleet.tally("b1").rejected.count).toBe(1);
  fleet.publish({ cluster: "a2 b2" });
  expect(fleet.tally("b2")).toMatchObject({ rejected: { count: 0 }, unanswered: { count: 1 } });
  edge.ack("cluster");
  expect(fleet.tally("b2")).toMatchObject({ programmed: 1 });
});

test("sotw: what was rejected comes with each response, and an acceptance is of all", () => {
  const fleet = scene();
  const edge = joined(fleet, "edge-1", new SotwConversation());
  fleet.publish({ cluster: "a1 b1" });
  edge.nack("cluster", "cluster b: no");
  fleet.publish({ cluster: "a2 b1" });
  edge.nack("cluster", "cluster b: no");
  expect(fleet.tally("a2")).toMatchObject({ programmed: 1 });
  expect(fleet.tally("b1").rejected.count).toBe(1);
  fleet.publish({ cluster: "a2 b2" });
  edge.ack("cluster");
  expect(fleet.tally("b2")).toMatchObject({ programmed: 1 });
});

test("the fix of a rejected version that the node never had is waited for; going back to what it has is not", () => {
  const fleet = scene();
  const edge = joined(fleet, "edge-1");
  fleet.publish({ cluster: "a2" });
  edge.nack("cluster", "cluster a: no");
  expect(fleet.tally("a2").rejected.count).toBe(1);
  fleet.publish({ cluster: "a1" });
  expect(fleet.tally("a1").rejected.count).toBe(0);
  edge.ack("cluster");
  expect(fleet.tally("a1")).toMatchObject({ programmed: 1 });
});

test("a rejection of routes or endpoints is of the whole response: the others of it are not there, either", () => {
  const fleet = new FleetScene();
  fleet.publish({ listener: "a1 b1", routes: "a1 b1" });
  const edge = fleet.connect("edge-1", new DeltaConversation());
  edge.request("listener", { subscribe: ["*"] });
  edge.ack("listener");
  edge.request("routes", { subscribe: ["a", "b"] });
  edge.nack("routes", "route configuration a: no");
  fleet.nowMs += joinMs;
  expect(fleet.tally("a1").rejected.count).toBe(1);
  expect(fleet.tally("b1")).toMatchObject({ programmed: 0, rejected: { count: 0 }, unanswered: { count: 1 } });
});

test("a client of everything lacks the routes of a listener that it has not asked for yet", () => {
  const fleet = new FleetScene();
  fleet.publish({ listener: "a1", routes: "a1" });
  const edge = fleet.connect("edge-1", new DeltaConversation());
  edge.request("listener", { subscribe: ["*"] });
  edge.ack("listener");
  fleet.nowMs += joinMs;
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1, programmed: 0 });
  edge.request("routes", { subscribe: ["a"] });
  edge.ack("routes");
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1, programmed: 1 });
});

test("a node that comes counts once it has everything, or after a while all the same", () => {
  const fleet = scene();
  const edge = fleet.connect("edge-1", new DeltaConversation());
  ask(edge);
  expect(fleet.tally("a1").nodes).toBe(0);
  fleet.nowMs += joinMs;
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1, unanswered: { count: 1, first: "edge-1" } });
  edge.ack("cluster");
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1, programmed: 1 });
});

test("what changes while a node comes is not said to be on it", () => {
  const fleet = scene();
  joined(fleet, "edge-1");
  const coming = fleet.connect("edge-2", new DeltaConversation());
  ask(coming);
  fleet.publish({ cluster: "a1 b2" });
  expect(fleet.tally("a1").nodes).toBe(1);
  expect(fleet.tally("b2")).toMatchObject({ nodes: 2, unanswered: { count: 2, first: "edge-1" } });
});

test("a node that went away has what it had, is waited for with what is new, and is forgotten in the end", () => {
  const fleet = scene();
  joined(fleet, "edge-1");
  expect(fleet.tally("a1").nodes).toBe(1);
  fleet.leave("edge-1");
  fleet.publish({ cluster: "a1 b1" });
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1, programmed: 1 });
  expect(fleet.tally("b1")).toMatchObject({ nodes: 1, programmed: 0, gone: { count: 1, first: "edge-1" } });
  fleet.nowMs += memoryMs;
  expect(fleet.tally("b1")).toMatchObject({ nodes: 0, gone: { count: 0 } });
});

test("a node that comes back is waited for no more once it has everything", () => {
  const fleet = scene();
  joined(fleet, "edge-1");
  expect(fleet.tally("a1").nodes).toBe(1);
  fleet.leave("edge-1");
  fleet.publish({ cluster: "a1 b1" });
  const again = fleet.connect("edge-1", new DeltaConversation());
  ask(again);
  expect(fleet.tally("b1")).toMatchObject({ nodes: 1, gone: { count: 1 } });
  again.ack("cluster");
  expect(fleet.tally("b1")).toMatchObject({ nodes: 1, programmed: 1, gone: { count: 0 } });
});

test("a node that another instance has now is not remembered here", () => {
  const fleet = scene();
  joined(fleet, "edge-1");
  expect(fleet.tally("a1").nodes).toBe(1);
  fleet.leave("edge-1");
  fleet.fleet.forget((id) => id === "edge-1");
  expect(fleet.tally("a1").nodes).toBe(0);
});

test("a thousand nodes that lack the same are counted as one", () => {
  const fleet = scene();
  const nodes = Array.from({ length: 1_000 }, (_, at) => joined(fleet, `edge-${at}`));
  expect(fleet.tally("a1")).toMatchObject({ nodes: 1_000, programmed: 1_000 });
  fleet.publish({ cluster: "a2" });
  for (const node of nodes.slice(0, 400)) node.ack("cluster");
  expect(fleet.tally("a2")).toMatchObject({ programmed: 400, unanswered: { count: 600, first: "edge-400" } });
});

test.each(kinds)(
  "$kind: a domain that is a scope is programmed where the scope was accepted, and nowhere else",
  ({ node }) => {
    const fleet = new FleetScene();
    fleet.publish({ listener: "public1@80s", "scoped-route": "public/a1" });
    const edge = fleet.connect("edge-1", node());
    askFor(edge, "listener");
    edge.ack("listener");
    fleet.look();
    fleet.nowMs += joinMs;
    const unanswered = { nodes: 1, programmed: 0, unanswered: { count: 1 } };
    expect(fleet.tally("public/a1")).toMatchObject(unanswered);
    expect(fleet.tally("public1")).toMatchObject({ nodes: 1, programmed: 1 });
    askFor(edge, "scoped-route");
    expect(fleet.tally("public/a1")).toMatchObject(unanswered);
    edge.ack("scoped-route");
    expect(fleet.tally("public/a1")).toMatchObject({ nodes: 1, programmed: 1 });
  },
);

test.each(kinds)("$kind: nobody has to ask for the scopes of an ingress that has its routes inline", ({ node }) => {
  const fleet = new FleetScene();
  fleet.publish({ listener: "public1", routes: "public1", "scoped-route": "public/a1" });
  const edge = fleet.connect("edge-1", node());
  askFor(edge, "listener");
  edge.ack("listener");
  askFor(edge, "routes", "public");
  edge.ack("routes");
  expect(fleet.tally("public/a1")).toMatchObject({ nodes: 1, programmed: 1 });
});
