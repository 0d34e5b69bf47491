import { expect, test } from "vitest";
import { canonicalId, resourceId, uuidV5 } from "./id.js";

const canonical = "6f1c2d3e-0000-4000-8000-00000000abcd";

test.each([
  ["canonical", canonical],
  ["upper case", "6F1C2D3E-0000-4000-8000-00000000ABCD"],
  ["urn", `urn:uuid:${canonical}`],
  ["urn in upper case", `URN:UUID:${canonical.toUpperCase()}`],
  ["braces", `{${canonical}}`],
  ["without dashes", "6f1c2d3e00004000800000000000abcd"],
])("canonicalId reads %s", (_form, id) => {
  expect(canonicalId(id)).toBe(canonical);
});

test.each([
  "",
  "edge",
  canonical.slice(1),
  `${canonical}0`,
  ` ${canonical}`,
  `${canonical}\n`,
  `{${canonical}`,
  `urn:uuid:{${canonical}}`,
  "urn:uuid:6f1c2d3e00004000800000000000abcd",
  "{6f1c2d3e00004000800000000000abcd}",
  "6f1c2d3e-00004000-8000-00000000abcd",
  "gf1c2d3e-0000-4000-8000-00000000abcd",
])("canonicalId refuses %j", (id) => {
  expect(canonicalId(id)).toBeUndefined();
});

test("uuidV5 agrees with the example of RFC 9562", () => {
  expect(uuidV5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe(
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",
  );
});

test("resourceId never changes for one declaration", () => {
  expect(resourceId("default", "service", "billing")).toBe("b498daf8-60c3-5848-8eaa-3b5cb35d4ccf");
});

test("resourceId tells namespace, kind and name apart", () => {
  const ids = [
    resourceId("default", "service", "billing"),
    resourceId("default", "instance_set", "billing"),
    resourceId("staging", "service", "billing"),
    resourceId("default", "service", "orders"),
    resourceId("a/b", "service", "c"),
    resourceId("a", "service", 'b","c'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(canonicalId(id)).toBe(id);
});
