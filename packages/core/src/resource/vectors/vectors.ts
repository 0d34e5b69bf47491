import { readFileSync } from "node:fs";
import { Any, Resource } from "../../api.js";

/** One resource of `resource-hash.json`, for tests. */
export interface Vector {
  readonly title: string;
  /** Canonical protobuf JSON; without `spec` where that has none. */
  readonly json: unknown;
  readonly resource: Resource;
  readonly spec: Any;
  readonly hash: string;
}

interface StoredVector {
  readonly title: string;
  readonly resource: unknown;
  readonly resource_wire_base64: string;
  readonly spec_value_base64: string;
  readonly spec_type_url: string;
  readonly sha256_hash: string;
}

function storedVectors(): readonly StoredVector[] {
  const stored: unknown = JSON.parse(readFileSync(new URL("resource-hash.json", import.meta.url), "utf8"));
  if (!Array.isArray(stored) || !stored.every(isStoredVector)) throw new Error("resource-hash.json is not what it was");
  return stored;
}

function isStoredVector(value: unknown): value is StoredVector {
  const keys = ["title", "resource", "resource_wire_base64", "spec_value_base64", "spec_type_url", "sha256_hash"];
  return typeof value === "object" && value !== null && keys.every((key) => key in value);
}

export const vectors: readonly Vector[] = storedVectors().map((stored) => ({
  title: stored.title,
  json: stored.resource,
  resource: Resource.decode(Buffer.from(stored.resource_wire_base64, "base64")),
  spec: Any.fromPartial({ typeUrl: stored.spec_type_url, value: Buffer.from(stored.spec_value_base64, "base64") }),
  hash: stored.sha256_hash,
}));

/** The vector with this title. */
export function vector(title: string): Vector {
  const found = vectors.find((candidate) => candidate.title === title);
  if (found === undefined) throw new Error(`no vector is called "${title}"`);
  return found;
}
