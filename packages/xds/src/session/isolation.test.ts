import { describe, expect, test } from "vitest";
import { DeltaConversation, SotwConversation } from "../testing/conversation.js";
import type { XdsType } from "../snapshot/xds-type.js";

interface Outcome {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

/** Answers a push and all that follow from it as Envoy does: accepting all of it, or nothing where something is wrong. */
function answering(
  client: DeltaConversation | SotwConversation,
  type: XdsType,
  first: readonly string[],
  wrong: readonly string[],
): Outcome {
  const accepted: string[] = [];
  const rejected: string[] = [];
  for (let pushes = first; pushes.length > 0;) {
    const push = pushes.at(-1) ?? "";
    const isWrong = wrong.some((text) => push.split(" ").includes(text));
    (isWrong ? rejected : accepted).push(push);
    pushes = isWrong ? client.nack(type) : client.ack(type);
  }
  return { accepted, rejected };
}

const listener = "public1";

describe("by increments", () => {
  function settled(contents: string): DeltaConversation {
    const client = new DeltaConversation();
    client.publish({ listener, routes: contents });
    client.request("listener");
    client.ack("listener");
    client.request("routes", { subscribe: contents.split(" ").map((text) => text.slice(0, -1)) });
    client.ack("routes");
    return client;
  }

  test("what was rejected together is sent again in parts, until what is wrong stands by itself", () => {
    const client = settled("a1 b1 c1 d1");
    const { accepted, rejected } = answering(client, "routes", client.publish({ listener, routes: "a2 b2 c2 d2" }), [
      "b2",
    ]);
    expect(rejected.map((push) => push.split(" ").length - 1)).toEqual([4, 2, 1]);
    expect(rejected.at(-1)).toBe("routes: b2");
    expect(accepted.flatMap((push) => push.split(" ").slice(1)).sort()).toEqual(["a2", "c2", "d2"]);
    const rejections = client.answers.filter(({ kind }) => kind === "rejected");
    expect(rejections.at(-1)).toMatchObject({ suspects: [{ name: "b" }] });
  });

  test("what is found to be wrong is not sent with the next change, and its correction at once", () => {
    const client = settled("a1 b1 c1");
    answering(client, "routes", client.publish({ listener, routes: "a2 b2 c2" }), ["b2"]);
    expect(client.publish({ listener, routes: "a2 b2 c3" })).toEqual(["routes: c3"]);
    expect(client.ack("routes")).toEqual([]);
    expect(client.publish({ listener, routes: "a2 b3 c3" })).toEqual(["routes: b3"]);
  });

  test("what has changed or gone meanwhile is not tried any more", () => {
    const client = settled("a1 b1 c1 d1");
    client.publish({ listener, routes: "a2 b2 c2 d2" });
    client.nack("routes");
    client.publish({ listener, routes: "a3 b3" });
    const { accepted } = answering(client, "routes", client.ack("routes"), []);
    expect(accepted.at(-1)).toMatch(/^routes: a3 b3( -[cd])+$/);
  });

  test("a client that rejects everything is not asked without end", () => {
    const names = Array.from({ length: 300 }, (_, at) => `n${at}:`);
    const client = settled(names.map((name) => `${name}1`).join(" "));
    const wrong = names.map((name) => `${name}2`);
    const { accepted, rejected } = answering(
      client,
      "routes",
      client.publish({ listener, routes: wrong.join(" ") }),
      wrong,
    );
    expect(accepted).toEqual([]);
    expect(rejected.length).toBeLessThan(250);
    expect(client.publish({ listener, routes: wrong.join(" ") })).toEqual([]);
  });
});

describe("hosts that requests wait for", () => {
  const names = ["public/a", "public/b"];

  /** One that has asked for two hosts, and rejects an answer with both. */
  function waiting(): DeltaConversation {
    const client = new DeltaConversation();
    client.publish({ listener, "virtual-host": "public/a1 public/b1" });
    client.request("listener");
    client.ack("listener");
    client.request("virtual-host", { subscribe: names.map((name) => `${name}:80`) });
    client.nack("virtual-host");
    return client;
  }

  test("are given by the names that were asked, also when they are tried again", () => {
    const client = waiting();
    for (const _ of names) {
      const [host] = client.last("virtual-host").resources;
      expect(host?.aliases).toEqual([`${host?.name}:80`]);
      client.ack("virtual-host");
    }
  });

  test("are said not to be there where the client rejects them, so that nobody waits; and are given once they are right", () => {
    const client = waiting();
    const [wrong] = client.last("virtual-host").resources;
    client.nack("virtual-host");
    expect(client.last("virtual-host").resources).toContainEqual(
      expect.objectContaining({ name: `${wrong?.name}:80`, aliases: [`${wrong?.name}:80`], any: new Uint8Array() }),
    );
    answering(client, "virtual-host", client.ack("virtual-host"), []);
    const also = names.find((name) => name !== wrong?.name);
    const contents = { listener, "virtual-host": `${wrong?.name}2 ${also}1` };
    expect(client.publish(contents)).toEqual([`virtual-host: ${wrong?.name}2`]);
  });
});

describe("by state of the world, where each response carries all", () => {
  function settled(version = ""): SotwConversation {
    const client = new SotwConversation();
    client.publish({ listener, "scoped-route": "a1 b1 c1" });
    client.request("listener", []);
    client.ack("listener");
    client.request("scoped-route", [], { version });
    return client;
  }

  test("others are sent with what the client uses of those that it rejects", () => {
    const client = settled();
    client.ack("scoped-route");
    const first = client.publish({ listener, "scoped-route": "a2 b2 c2" });
    const { rejected } = answering(client, "scoped-route", first, ["b2"]);
    expect(rejected.length).toBeGreaterThan(1);
    expect(client.publish({ listener, "scoped-route": "a3 b2 c2" })).toEqual(["scoped-route: a3 b1 c2"]);
    client.ack("scoped-route");
    expect(client.publish({ listener, "scoped-route": "a3 b3 c2" })).toEqual(["scoped-route: a3 b3 c2"]);
  });

  test("one that is new to the client is left out", () => {
    const client = settled();
    answering(client, "scoped-route", ["scoped-route: a1 b1 c1"], ["b1"]);
    expect(client.publish({ listener, "scoped-route": "a2 b1 c1" })).toEqual(["scoped-route: a2 c1"]);
  });

  test("a client that has more than this stream knows of is not sent less than all", () => {
    const client = settled("of an earlier stream");
    expect(client.nack("scoped-route")).toEqual([]);
    expect(client.publish({ listener, "scoped-route": "a1 b2 c1" })).toEqual(["scoped-route: a1 b2 c1"]);
  });
});
