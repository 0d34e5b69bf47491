import { expect, test } from "vitest";
import { ResourceMap } from "../snapshot/resource-map.js";
import { heldResource, holding, xdsResource } from "../snapshot/xds-resource.js";
import { handedOver } from "./hand-over.js";

interface Case {
  readonly title: string;
  /** Listeners with their ports: `a:1 b:2`. */
  readonly from: string;
  /** Each step, the last of which is where it is to lead. */
  readonly steps: readonly string[];
}

test.each<Case>([
  { title: "nothing changes hands: at once", from: "a:1 b:2", steps: ["a:3 b:2 c:4"] },
  { title: "a port of one that goes: at once, as what goes goes first", from: "a:1", steps: ["b:1"] },
  { title: "a new one takes the port of one that moves", from: "a:1", steps: ["a:2", "a:2 b:1"] },
  { title: "one takes the port of another that moves", from: "a:1 b:2", steps: ["a:1 b:3", "a:2 b:3"] },
  { title: "a chain", from: "a:1 b:2 c:3", steps: ["a:1 b:2 c:4", "a:1 b:3 c:4", "a:2 b:3 c:4"] },
  { title: "an exchange: one is closed in between", from: "a:1 b:2", steps: ["b:2", "b:1", "a:2 b:1"] },
  {
    title: "a ring of three beside what goes on",
    from: "a:1 b:2 c:3 d:4",
    steps: ["a:1 b:2 c:3 d:5", "b:2 c:3 d:5", "b:2 c:1 d:5", "b:3 c:1 d:5", "a:2 b:3 c:1 d:5"],
  },
])("ports change hands step by step: $title", ({ from, steps }) => {
  const target = listeners(steps.at(-1) ?? "");
  const taken: string[] = [];
  let sent = listeners(from);
  while (sent.version !== target.version && taken.length < 10) {
    sent = handedOver(sent, target);
    taken.push(textOf(sent));
  }
  expect(taken).toEqual(steps);
});

test("what a client has from an earlier stream says by its version which port it has", () => {
  const held = [...listeners("a:1").values()].map(({ name, version }) => heldResource(name, version));
  expect(textOf(handedOver(ResourceMap.of(held), listeners("a:2 b:1")))).toBe("a:2");
});

test("what holds nothing is nobody's concern", () => {
  const target = ResourceMap.of([xdsResource("a", "t", Buffer.from("2"), [])]);
  expect(handedOver(ResourceMap.of([xdsResource("a", "t", Buffer.from("1"), [])]), target)).toBe(target);
});

function listeners(text: string): ResourceMap {
  return ResourceMap.of(
    text.split(" ").map((listener) => {
      const [name = "", port = ""] = listener.split(":");
      return holding(xdsResource(name, "t", Buffer.from(port), []), port);
    }),
  );
}

function textOf(map: ResourceMap): string {
  return [...map.values()]
    .map(({ name, holds }) => `${name}:${holds}`)
    .sort()
    .join(" ");
}
