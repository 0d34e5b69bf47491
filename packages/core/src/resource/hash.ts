import { hash } from "node:crypto";
import type { Any, Resource } from "../api.js";

/** What a resource's hash covers, with its spec's bytes as they were sent. */
export interface HashedParts {
  readonly namespace: string;
  /** As sent: an id in upper case has another hash than the same id in lower case. */
  readonly id: string;
  readonly name: string;
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/**
 * A resource's `version.sha256_hash`: SHA-256, base64url, unpadded, over the encoding of its fields 1-4 in order, the
 * spec's value byte for byte as sent. Empty strings and an absent spec leave no bytes; a present, empty spec does.
 */
export function resourceHash(resource: Pick<Resource, "namespace" | "id" | "name" | "spec">): string {
  return digest(resource.namespace, resource.id, resource.name, resource.spec);
}

/** The same of a resource with a spec that is held in parts, such as a row of a table. */
export function resourceHashOf(parts: HashedParts): string {
  return digest(parts.namespace, parts.id, parts.name, parts);
}

function digest(namespace: string, id: string, name: string, spec: Any | HashedParts | undefined): string {
  const texts = [Buffer.from(namespace), Buffer.from(id), Buffer.from(name)] as const;
  const typeUrl = Buffer.from(spec?.typeUrl ?? "");
  const value = spec?.value ?? new Uint8Array();
  const anyLength = sizeOf(typeUrl) + sizeOf(value);
  const specLength = spec === undefined ? 0 : 1 + varintSize(anyLength) + anyLength;

  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + sizeOf(text), 0) + specLength);
  let at = 0;
  for (const [index, text] of texts.entries()) at = writeField(bytes, at, index + 1, text);
  if (spec !== undefined) {
    at = writeLength(bytes, at, 4, anyLength);
    at = writeField(bytes, at, 1, typeUrl);
    writeField(bytes, at, 2, value);
  }
  return hash("sha256", bytes, "base64url");
}

/** The bytes that a length-delimited field takes; an empty one is left out. */
function sizeOf(content: Uint8Array): number {
  return content.length === 0 ? 0 : 1 + varintSize(content.length) + content.length;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}

function writeField(bytes: Buffer, at: number, number: number, content: Uint8Array): number {
  if (content.length === 0) return at;
  const start = writeLength(bytes, at, number, content.length);
  bytes.set(content, start);
  return start + content.length;
}

function writeLength(bytes: Buffer, at: number, number: number, length: number): number {
  bytes[at] = (number << 3) | 2;
  let next = at + 1;
  let rest = length;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes[next++] = (rest % 128) | 0x80;
  bytes[next] = rest;
  return next + 1;
}
