import { expect, test } from "vitest";
import { arrayLiteral, byteaElement, nullElement, textElement } from "./array-literal.js";

test.each([
  { text: "plain", element: '"plain"' },
  { text: "", element: '""' },
  { text: 'a "quoted" one', element: String.raw`"a \"quoted\" one"` },
  { text: String.raw`a\b`, element: String.raw`"a\\b"` },
  { text: "NULL", element: '"NULL"' },
  { text: "a,b}{", element: '"a,b}{"' },
])("textElement($text)", ({ text, element }) => {
  expect(textElement(text)).toBe(element);
});

test("bytea elements are escaped hex, of the view and not of its whole buffer", () => {
  expect(byteaElement(Buffer.from("xabcx").subarray(1, 4))).toBe(String.raw`"\\x616263"`);
});

test("arrays are put together with their NULLs", () => {
  expect(arrayLiteral([])).toBe("{}");
  expect(arrayLiteral([textElement("a"), nullElement, "1"])).toBe('{"a",NULL,1}');
});
