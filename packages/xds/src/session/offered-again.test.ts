import { describe, expect, test } from "vitest";
import { DeltaConversation, SotwConversation, type Contents } from "../testing/conversation.js";
import type { XdsType } from "../snapshot/xds-type.js";

/** What a client takes, and then refuses, of listeners and their ports. */
interface Client {
  publish(contents: Contents): string[];
  ack(type: XdsType): string[];
  nack(type: XdsType, error: string): string[];
}

/** Has taken listeners that stand at these ports. */
function sotw(listener: string): Client {
  const client = new SotwConversation();
  client.publish({ listener });
  client.request("listener", []);
  client.ack("listener");
  return client;
}

function delta(listener: string): Client {
  const client = new DeltaConversation();
  client.publish({ listener });
  client.request("listener");
  client.ack("listener");
  return client;
}

const duplicate = "error adding listener: 'b' has duplicate address '127.0.0.1:1' as existing listener";
const wrong = "error adding listener 'a': no such thing";

describe.each([
  { protocol: "state of the world", settled: sotw, whole: true },
  { protocol: "incremental", settled: delta, whole: false },
])("$protocol", ({ settled, whole }) => {
  /** A push of b, with what goes along in a whole set. */
  const ofB = (text: string, along: string) => [`listener: ${whole ? `${along} ` : ""}${text}`];

  /** The client keeps a at port 1, as what a became is wrong, and refuses b for it. */
  function refused(): Client {
    const client = settled("a1@1");
    expect(client.publish({ listener: "a2@2 b1@1" })).toEqual(["listener: a2"]);
    expect(client.nack("listener", wrong)).toEqual(ofB("b1", "a2"));
    expect(client.nack("listener", whole ? `${wrong}; ${duplicate}` : duplicate)).toEqual([]);
    return client;
  }

  test("a listener that was refused for the port of another is sent again when that one has moved, once", () => {
    const client = refused();
    expect(client.publish({ listener: "a3@2 b1@1" })).toEqual(whole ? ["listener: a3 b1"] : ["listener: a3"]);
    const again = whole ? client.nack("listener", duplicate) : client.ack("listener");
    expect(again).toEqual(ofB("b1", "a3"));
    expect(client.nack("listener", duplicate)).toEqual([]);
    expect(client.publish({ listener: "a3@2 b1@1" })).toEqual([]);
  });

  test("also when that one goes altogether", () => {
    const client = refused();
    client.publish({ listener: "b1@1" });
    const again = whole ? client.nack("listener", duplicate) : client.ack("listener");
    expect(again).toEqual(["listener: b1"]);
    expect(client.ack("listener")).toEqual([]);
  });

  test("not while that one is wrong still", () => {
    const client = refused();
    client.publish({ listener: "a3@2 b1@1" });
    expect(client.nack("listener", whole ? `${wrong}; ${duplicate}` : wrong)).toEqual([]);
  });

  test("what is wrong itself is not sent again, whatever else changes", () => {
    const client = settled("a1@1 b1@2");
    expect(client.publish({ listener: "a2@1 b1@2" })).toEqual([`listener: a2${whole ? " b1" : ""}`]);
    expect(client.nack("listener", wrong)).toEqual([]);
    client.publish({ listener: "a2@1 b2@2" });
    expect(whole ? client.nack("listener", wrong) : client.ack("listener")).toEqual([]);
    client.publish({ listener: "a2@1 c1@3" });
    expect(whole ? client.nack("listener", wrong) : client.ack("listener")).toEqual([]);
  });

  test("a client that rejects everything is sent no more than changes", () => {
    const client = settled("a1@1");
    expect(client.publish({ listener: "a2@2 b1@1" })).toEqual(["listener: a2"]);
    expect(client.nack("listener", "no")).toEqual(ofB("b1", "a2"));
    expect(client.nack("listener", "no")).toEqual([]);
    client.publish({ listener: "a3@2 b1@1" });
    expect(client.nack("listener", "no")).toEqual([]);
  });
});
