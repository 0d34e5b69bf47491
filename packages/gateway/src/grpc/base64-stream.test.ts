import fc from "fast-check";
import { expect, test } from "vitest";
import { Base64Stream } from "./base64-stream.js";

test("pieces that were encoded one by one come out whole, however the text is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), fc.array(fc.integer({ min: 1, max: 9 })), (pieces, cuts) => {
      const stream = new Base64Stream();
      let rest = Buffer.from(pieces.map((piece) => Buffer.from(piece).toString("base64")).join(""));
      const got: Buffer[] = [];
      for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
        got.push(stream.push(rest.subarray(0, cut)));
        rest = rest.subarray(cut);
      }
      expect(Buffer.concat(got)).toEqual(Buffer.concat(pieces));
      expect(stream.complete).toBe(true);
    }),
  );
});

test("text that ends within a group of four is incomplete", () => {
  const stream = new Base64Stream();
  stream.push(Buffer.from("AAAAAA"));
  expect(stream.complete).toBe(false);
});
