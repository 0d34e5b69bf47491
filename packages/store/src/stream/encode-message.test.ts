import { Resource, Version } from "@protomesh/core/api";
import { expect, test } from "vitest";
import { encodeMessage } from "./encode-message.js";

const resource = Resource.fromPartial({
  namespace: "default",
  id: "a",
  name: "ä name",
  spec: { typeUrl: "type.example/Note", value: Buffer.from("text") },
  version: { index: 7n },
});

test("messages are encoded as the generated code does, one after the other", () => {
  const encodings = [resource, { ...resource, name: "" }, resource].map((each) => encodeMessage(Resource, each));
  expect(encodings.map((bytes) => Resource.decode(bytes))).toEqual([resource, { ...resource, name: "" }, resource]);
  expect(encodings[0]).toEqual(Buffer.from(Resource.encode(resource).finish()));
});

test("a message that cannot be encoded spoils no other", () => {
  const broken = Version.fromPartial({ sha256Hash: "h", index: 1n << 80n });
  expect(() => encodeMessage(Resource, { ...resource, version: broken })).toThrow("int64");
  expect(Resource.decode(encodeMessage(Resource, resource))).toEqual(resource);
});

test("a large message is encoded, too, and small ones after it", () => {
  const large = { ...resource, spec: { typeUrl: "t", value: Buffer.alloc(1_000_000, 1) } };
  expect(encodeMessage(Resource, large).equals(Resource.encode(large).finish())).toBe(true);
  expect(Resource.decode(encodeMessage(Resource, resource))).toEqual(resource);
});
