import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jsonArguments } from "./json-arguments.js";

test.each([
  { title: "the empty string: no arguments", text: "", want: [] },
  { title: "white space: no arguments", text: " \n", want: [] },
  { title: "an empty array", text: " [ ] ", want: [] },
  { title: "scalars", text: '[1, "a", true, false, null]', want: ["1", '"a"', "true", "false", "null"] },
  { title: "keys in order, no white space", text: '[{"b": [1, 2], "a": {}}]', want: ['{"a":{},"b":[1,2]}'] },
  { title: "the last of equal keys", text: '[{"a": 1, "\\u0061": 2}]', want: ['{"a":2}'] },
  { title: "one spelling of a string", text: '["\\u0041\\/\\n", "ä"]', want: ['"A/\\n"', '"ä"'] },
  {
    title: "brackets and quotes within strings",
    text: '["[{\\",:}]", {"]": "}"}]',
    want: ['"[{\\",:}]"', '{"]":"}"}'],
  },
  {
    title: "numbers as written",
    text: "[9007199254740993, 1.10, -0, 1E+2]",
    want: ["9007199254740993", "1.10", "-0", "1E+2"],
  },
  { title: "an object", text: '{"a": 1}', want: undefined },
  { title: "a scalar", text: "1", want: undefined },
  { title: "broken JSON", text: "[1,", want: undefined },
  { title: "a trailing comma", text: "[1,]", want: undefined },
])("jsonArguments: $title", ({ text, want }) => {
  expect(jsonArguments(text)).toEqual(want);
});

test("whatever the white space, the values are those that JSON.parse finds", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2, "\t"), (values, indent) => {
      const text = JSON.stringify(values, undefined, indent);
      const elements = jsonArguments(text);
      expect(JSON.parse(`[${elements?.join(",")}]`)).toEqual(JSON.parse(text));
      expect(elements).toEqual(jsonArguments(JSON.stringify(values)));
    }),
  );
});
