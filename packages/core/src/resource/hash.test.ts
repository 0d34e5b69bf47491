import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Resource } from "../api.js";
import { resourceHash, resourceHashOf } from "./hash.js";
import { vectors } from "./vectors/vectors.js";

test("there are 31 vectors", () => {
  expect(vectors).toHaveLength(31);
});

test.each(vectors)("resourceHash: $title", ({ resource, hash }) => {
  expect(resourceHash(resource)).toBe(hash);
});

test.each(vectors.filter(({ resource }) => resource.spec !== undefined))(
  "resourceHashOf, from parts: $title",
  ({ resource: { namespace, id, name }, spec: { typeUrl, value }, hash }) => {
    expect(resourceHashOf({ namespace, id, name, typeUrl, value })).toBe(hash);
  },
);

test.each([0, 1, 127, 128, 16_383, 16_384, 300_000])(
  "a spec value of %d bytes is framed as protobuf frames it",
  (size) => {
    const spec = { typeUrl: "type.example.com/x.Y", value: Buffer.alloc(size, 7) };
    const resource = { namespace: "n", id: "i", name: "m".repeat(size), spec, version: undefined };
    const encoded = Resource.decode(Resource.encode(resource).finish());
    expect(resourceHash(resource)).toBe(resourceHash(encoded));
    expect(resourceHash(resource)).toBe(sha256(Resource.encode(resource).finish()));
  },
);

test("the version has no part in the hash", () => {
  const resource = Resource.fromPartial({ namespace: "n", id: "i", version: { index: 7n, sha256Hash: "x" } });
  const unversioned = { ...resource, version: undefined };
  expect(resourceHash(resource)).toBe(resourceHash(unversioned));
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url");
}
