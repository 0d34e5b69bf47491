import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOfBase64, unpaddedBase64 } from "./base64.js";

test("any bytes come back, padded or not", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (value) => {
      const bytes = Buffer.from(value);
      expect(bytesOfBase64(bytes.toString("base64"))).toEqual(bytes);
      expect(bytesOfBase64(unpaddedBase64(bytes))).toEqual(bytes);
    }),
  );
});

test.each([
  { text: "AQID\r\nBAU=\n", want: [1, 2, 3, 4, 5] },
  { text: "", want: [] },
  { text: '{"a":1}', want: undefined },
  { text: "AQ!D", want: undefined },
  { text: "AQIDA", want: undefined },
  { text: "A", want: undefined },
])("bytesOfBase64($text)", ({ text, want }) => {
  expect(bytesOfBase64(text)).toEqual(want === undefined ? undefined : Buffer.from(want));
});
