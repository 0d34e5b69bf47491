import fc from "fast-check";
import { expect, test } from "vitest";
import { statusMessageText } from "./status.js";

test.each([
  { message: "plain", want: "plain" },
  { message: "100%", want: "100%25" },
  { message: "a\nb\tc", want: "a%0Ab%09c" },
  { message: "é☃", want: "%C3%A9%E2%98%83" },
  { message: "\ud800", want: "%EF%BF%BD" },
  { message: "", want: "" },
])("$message is sent as $want", ({ message, want }) => {
  expect(statusMessageText(message)).toBe(want);
});

test("any text comes back by percent-decoding, and is plain ASCII on the way", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (message) => {
      const text = statusMessageText(message);
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeURIComponent(text)).toBe(message);
    }),
  );
});

test("no text throws, lone surrogates included", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (message) => {
      expect(statusMessageText(message)).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});

test("a long message is cut at a character", () => {
  expect(decodeURIComponent(statusMessageText("☃".repeat(5_000)))).toBe("☃".repeat(1_365));
});
