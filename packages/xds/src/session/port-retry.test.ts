import { expect, describe, test } from "vitest";
import { DeltaConversation, portRetryMs, SotwConversation, type Contents } from "../testing/conversation.js";

const inUse = "Error adding/updating listener(s) b: cannot bind '127.0.0.1:80': Address already in use";

/** Has taken the listener a, and refused b with some words. */
function sotw(error: string): SotwConversation {
  const client = new SotwConversation();
  client.publish({ listener: "a1@1 b1@80" });
  client.request("listener", []);
  expect(client.nack("listener", error)).toEqual([]);
  return client;
}

function delta(error: string): DeltaConversation {
  const client = new DeltaConversation();
  client.publish({ listener: "a1@1 b1@80" });
  client.request("listener");
  expect(client.nack("listener", error)).toEqual([]);
  return client;
}

interface Client {
  readonly wakesInMs: number | undefined;
  publish(contents: Contents): string[];
  wait(ms: number): string[];
  ack(type: "listener"): string[];
  nack(type: "listener", error: string): string[];
}

describe.each<{ readonly protocol: string; readonly refused: (error: string) => Client; readonly again: string }>([
  { protocol: "state of the world", refused: sotw, again: "listener: a1 b1" },
  { protocol: "incremental", refused: delta, again: "listener: b1" },
])("$protocol", ({ refused, again }) => {
  test("a listener whose port is in use is offered again each interval, until it is open", () => {
    const client = refused(inUse);
    expect(client.wakesInMs).toBe(portRetryMs);
    expect(client.wait(portRetryMs - 1)).toEqual([]);
    expect(client.wait(1)).toEqual([again]);
    expect(client.nack("listener", inUse)).toEqual([]);
    expect(client.wait(portRetryMs - 1)).toEqual([]);
    expect(client.wait(1)).toEqual([again]);
    expect(client.ack("listener")).toEqual([]);
    expect(client.wakesInMs).toBeUndefined();
    expect(client.wait(10 * portRetryMs)).toEqual([]);
  });

  test("not while the client has not answered the last time", () => {
    const client = refused(inUse);
    expect(client.wait(portRetryMs)).toEqual([again]);
    expect(client.wait(portRetryMs)).toEqual([]);
  });

  test("what is wrong itself is not, also beside one whose port is in use", () => {
    expect(refused("Error adding/updating listener(s) b: no such filter").wakesInMs).toBeUndefined();
    expect(refused(`a: no such filter, ${inUse.replace("b:", "c:")}`).wakesInMs).toBeUndefined();
  });

  test("one that has gone is not", () => {
    const client = refused(inUse);
    client.publish({ listener: "a1@1" });
    client.ack("listener");
    expect(client.wait(portRetryMs)).toEqual([]);
    expect(client.wakesInMs).toBeUndefined();
  });

  test("one that has changed is offered at once, and later only where its port is in use again", () => {
    const client = refused(inUse);
    client.wait(portRetryMs - 1);
    expect(client.publish({ listener: "a1@1 b2@81" })).toEqual([again.replace("b1", "b2")]);
    client.ack("listener");
    expect(client.wait(portRetryMs)).toEqual([]);
  });
});
