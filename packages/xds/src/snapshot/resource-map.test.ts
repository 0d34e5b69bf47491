import { expect, test } from "vitest";
import { resourceOf } from "../testing/conversation.js";
import { ResourceMap } from "./resource-map.js";

const mapOf = (text: string) => ResourceMap.of(text.split(" ").map(resourceOf));

test("the version follows from the content, and not from how it came about", () => {
  const direct = mapOf("a1 b2");
  const roundabout = mapOf("b1 c1 a1").with([
    ["c", undefined],
    ["b", resourceOf("b2")],
  ]);
  expect(roundabout.version).toBe(direct.version);
  expect(mapOf("a1 b1").version).not.toBe(direct.version);
  expect(mapOf("a1").with([["a", undefined]]).version).toBe(ResourceMap.empty.version);
});

test("the name is a part of what is hashed", () => {
  expect(mapOf("a1").version).not.toBe(mapOf("b1").version);
});

test("of equal versions the resource that is there stays, and with it the map", () => {
  const map = mapOf("a1 b1");
  expect(map.with([["a", resourceOf("a1")]])).toBe(map);
});

test("a name that is changed twice has its last state", () => {
  const map = mapOf("a1").with([
    ["a", resourceOf("a2")],
    ["a", undefined],
    ["b", resourceOf("b1")],
  ]);
  expect([map.size, map.version]).toEqual([1, mapOf("b1").version]);
});

test("differences go by version", () => {
  const differences = [...mapOf("a1 b1 c1").differences(mapOf("a1 b2 d1"))];
  const versions = differences.map(({ key, before, after }) => [key, [before?.version, after?.version]] as const);
  expect(new Map(versions)).toEqual(
    new Map([
      ["b", [resourceOf("b1").version, resourceOf("b2").version]],
      ["c", [resourceOf("c1").version, undefined]],
      ["d", [undefined, resourceOf("d1").version]],
    ]),
  );
});
