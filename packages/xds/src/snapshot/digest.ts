import { createHash } from "node:crypto";

/** 128 bits of a hash, in four numbers. */
export type Digest = readonly [number, number, number, number];

export const zeroDigest: Digest = [0, 0, 0, 0];

/** The digest of a named content: equal on every replica and after every restart. */
export function digestOf(name: string, content: Uint8Array): Digest {
  const hash = createHash("sha256").update(name).update("\0").update(content).digest();
  return [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), hash.readInt32LE(12)];
}

/** The digest of a set without, or with, one member more: the same operation does both, in any order. */
export function toggled([a, b, c, d]: Digest, [e, f, g, h]: Digest): Digest {
  return [a ^ e, b ^ f, c ^ g, d ^ h];
}

/** A digest as a version, in 22 characters. */
export function versionOf(digest: Digest): string {
  return Buffer.from(Int32Array.from(digest).buffer).toString("base64url");
}
