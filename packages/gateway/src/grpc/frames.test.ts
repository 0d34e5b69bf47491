import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameReader, frameOf } from "./frames.js";
import { code } from "./status.js";

test("messages come out as they went in, however they are cut into chunks", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 17 })), (payloads, cuts) => {
      const reader = new FrameReader(100);
      const got: Uint8Array[] = [];
      let rest: Buffer = Buffer.concat(payloads.map((payload) => frameOf(payload)));
      for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
        const frames = reader.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
        expect(frames).toBeInstanceOf(Array);
        if ("code" in frames) return;
        got.push(...frames.map(({ payload }) => new Uint8Array(payload)));
      }
      expect(got).toEqual(payloads);
      expect(reader.complete).toBe(true);
    }),
  );
});

test("the flag says whether a message is compressed", () => {
  const reader = new FrameReader(10);
  const stream = Buffer.concat([frameOf(Buffer.from("a")), frameOf(Buffer.from("b"), 1)]);
  expect(reader.push(stream)).toMatchObject([{ compressed: false }, { compressed: true }]);
});

test("a length above the limit is refused by its head alone", () => {
  const reader = new FrameReader(10);
  const head = Buffer.from([0, 0, 0, 0, 11]);
  expect(reader.push(head)).toMatchObject({ code: code.resourceExhausted });
});

test("unknown flags are refused", () => {
  expect(new FrameReader(10).push(frameOf(Buffer.alloc(0), 0x80))).toMatchObject({ code: code.internal });
});

test.each([
  { title: "within the head", bytes: 3 },
  { title: "within the payload", bytes: 7 },
])("a stream that ends $title is incomplete", ({ bytes }) => {
  const reader = new FrameReader(10);
  reader.push(frameOf(Buffer.from("abcd")).subarray(0, bytes));
  expect(reader.complete).toBe(false);
});
