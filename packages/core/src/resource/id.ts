import { hash } from "node:crypto";
import type { Kind } from "./kind.js";

/** The namespace UUID of the ids that `resourceId` makes. It never changes: every such id hangs on it. */
const resourceIdNamespace = "ac0c02ea-75b0-4e85-9e3a-998a826058e9";

const grouped = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const bare = /^[0-9a-f]{32}$/i;

/**
 * The canonical form of a UUID, in lower case with dashes; `undefined` where the text is none.
 * Read are also upper case, `urn:uuid:…`, `{…}` and 32 digits without dashes, as the existing store reads them.
 */
export function canonicalId(id: string): string | undefined {
  const text = unwrapped(id);
  if (grouped.test(text)) return text.toLowerCase();
  return bare.test(id) ? dashed(id.toLowerCase()) : undefined;
}

function unwrapped(id: string): string {
  if (/^urn:uuid:/i.test(id)) return id.slice("urn:uuid:".length);
  return id.startsWith("{") && id.endsWith("}") ? id.slice(1, -1) : id;
}

/**
 * The id of a resource that is declared without one: UUIDv5 (RFC 9562) of the JSON array `["NAMESPACE","KIND","NAME"]`,
 * without spaces, so that the same declaration always means the same resource.
 */
export function resourceId(namespace: string, kind: Kind, name: string): string {
  return uuidV5(resourceIdNamespace, JSON.stringify([namespace, kind, name]));
}

/** UUIDv5 (RFC 9562) of a name within a namespace, which is a UUID in canonical form. */
export function uuidV5(namespace: string, name: string): string {
  const input = Buffer.concat([Buffer.from(namespace.replaceAll("-", ""), "hex"), Buffer.from(name)]);
  const bytes = Buffer.from(hash("sha1", input, "hex"), "hex").subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return dashed(bytes.toString("hex"));
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
