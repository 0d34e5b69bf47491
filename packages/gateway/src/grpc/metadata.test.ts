import fc from "fast-check";
import { expect, test } from "vitest";
import { requestMetadata, responseMetadata } from "./metadata.js";

test("a function gets the metadata and not what is of the connection or the framing", () => {
  const headers = [
    [":path", "/a.B/C"],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ["grpc-encoding", "gzip"],
    ["grpc-accept-encoding", "gzip"],
    ["grpc-timeout", "1S"],
    ["x-a", "1"],
    ["x-a", "2, 3"],
  ] as const;
  expect(requestMetadata(headers)).toEqual([
    ["content-type", "application/grpc"],
    ["x-a", "1"],
    ["x-a", "2, 3"],
  ]);
});

test.each([
  { value: "AQI=", want: ["AQI="] },
  { value: "AQI", want: ["AQI="] },
  { value: "AQI,AwQ=, BQ", want: ["AQI=", "AwQ=", "BQ=="] },
  { value: "", want: [""] },
])("binary metadata $value reaches the function as $want", ({ value, want }) => {
  expect(requestMetadata([["a-bin", value]])).toEqual(want.map((each) => ["a-bin", each]));
});

test("of a function's headers only metadata reaches the client", () => {
  const headers = [
    [":status", "500"],
    ["connection", "close"],
    ["transfer-encoding", "chunked"],
    ["grpc-status", "3"],
    ["grpc-message", "no"],
    ["grpc-status-details-bin", "AQ=="],
    ["content-type", "text/plain"],
    ["content-length", "9"],
    ["x-a", "1"],
    ["x-a", "2"],
    ["x-broken", "a\r\nb"],
    ["x broken", "a"],
    ["x-bin", "AQI="],
  ] as const;
  expect(responseMetadata(headers)).toEqual([
    ["x-a", "1"],
    ["x-a", "2"],
    ["x-bin", "AQI"],
  ]);
});

test("bytes of binary metadata survive both ways, padded or not", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array(), { minLength: 1 }), fc.boolean(), (values, pad) => {
      const written = values.map((value) =>
        Buffer.from(value)
          .toString("base64")
          .replace(pad ? /$^/ : /=+$/, ""),
      );
      const seen = requestMetadata([["x-bin", written.join(",")]]);
      expect(seen.map(([, value]) => new Uint8Array(Buffer.from(value, "base64")))).toEqual(values);
      const answered = responseMetadata(seen);
      expect(answered.map(([, value]) => new Uint8Array(Buffer.from(value, "base64")))).toEqual(values);
      expect(answered.some(([, value]) => value.includes("="))).toBe(false);
    }),
  );
});
