import { expect, test } from "vitest";
import { decodePageToken, encodePageToken } from "./page-token.js";

const token = { revision: 7n, history: "h", afterId: "6a1f4f0e-58a9-4f0c-9f4e-0a1b2c3d4e5f", choice: "c" };

test("a token is read as it was written", () => {
  expect(decodePageToken(encodePageToken(token))).toEqual(token);
});

test.each([
  { title: "no base64", text: "%%%" },
  { title: "no JSON", text: Buffer.from("hello").toString("base64url") },
  { title: "another JSON", text: Buffer.from('{"a":1}').toString("base64url") },
  {
    title: "no revision",
    text: Buffer.from('["x","h","6a1f4f0e-58a9-4f0c-9f4e-0a1b2c3d4e5f","c"]').toString("base64url"),
  },
  { title: "no id", text: Buffer.from('["7","h","1; DROP TABLE","c"]').toString("base64url") },
])("a token that is $title is none", ({ text }) => {
  expect(decodePageToken(text)).toBeUndefined();
});
