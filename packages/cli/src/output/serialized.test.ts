import { parse, parseAllDocuments } from "yaml";
import { expect, test } from "vitest";
import { dataText, streamedText } from "./serialized.js";

const shared = { path: "a" };
const value = { revision: 7n, answer: "yes", absent: undefined, list: [1, null], one: shared, other: shared };
const meant = { revision: "7", answer: "yes", list: [1, null], one: { path: "a" }, other: { path: "a" } };

test("JSON and YAML say the same: big integers are text, and what is not defined is not there", () => {
  expect(JSON.parse(dataText(value, "json"))).toEqual(meant);
  expect(parse(dataText(value, "yaml"))).toEqual(meant);
});

test("YAML repeats what is the same, and quotes what older readers take for something else", () => {
  expect(dataText(value, "yaml")).toBe(
    'revision: "7"\nanswer: "yes"\nlist:\n  - 1\n  - null\none:\n  path: a\nother:\n  path: a\n',
  );
});

test("in a stream, each value is a line of JSON or a document of YAML", () => {
  const streamed = [{ a: 1 }, { b: [2] }];
  expect(streamed.map((one) => streamedText(one, "json")).join("")).toBe('{"a":1}\n{"b":[2]}\n');
  const documents = parseAllDocuments(streamed.map((one) => streamedText(one, "yaml")).join(""));
  expect(documents.map((document) => document.toJS() as unknown)).toEqual(streamed);
});
