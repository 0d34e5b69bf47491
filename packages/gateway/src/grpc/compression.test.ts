import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { encodingRefusal, messageOf } from "./compression.js";
import { code } from "./status.js";

test.each([
  { encoding: undefined, want: undefined },
  { encoding: "identity", want: undefined },
  { encoding: "gzip", want: undefined },
  { encoding: "br", want: code.unimplemented },
  { encoding: "", want: code.unimplemented },
])("grpc-encoding $encoding", ({ encoding, want }) => {
  expect(encodingRefusal(encoding)?.code).toBe(want);
});

const text = Buffer.from("hello ".repeat(20));

test("a message that is not compressed is taken as it is, whatever the encoding", async () => {
  expect(await messageOf({ compressed: false, payload: text }, "gzip", 1_000)).toBe(text);
});

test("a gzip message is decompressed", async () => {
  expect(await messageOf({ compressed: true, payload: gzipSync(text) }, "gzip", 120)).toEqual(text);
});

test.each([
  { title: "compressed without an encoding", payload: gzipSync(text), encoding: undefined, want: code.internal },
  { title: "compressed with identity", payload: gzipSync(text), encoding: "identity", want: code.internal },
  { title: "no gzip", payload: text, encoding: "gzip", want: code.internal },
  {
    title: "larger than the limit once decompressed",
    payload: gzipSync(text),
    encoding: "gzip",
    want: code.resourceExhausted,
  },
])("$title: $want", async ({ payload, encoding, want }) => {
  expect(await messageOf({ compressed: true, payload }, encoding, 119)).toMatchObject({ code: want });
});
