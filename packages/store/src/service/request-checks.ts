import { hash } from "node:crypto";
import { canonicalId, validateId, type Violation } from "@protomesh/core";
import type { Write } from "../write/write.js";

const longestRequestId = 128;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const printable = /^[^\u0000-\u001f\u007f\ufffd]*$/;

/** A request id that a client chose; empty: none. */
export function requestIdViolations(requestId: string): Violation[] {
  if (Buffer.byteLength(requestId) <= longestRequestId && printable.test(requestId)) return [];
  const expected = `at most ${longestRequestId} bytes of UTF-8 without control characters`;
  return [{ field: "request_id", description: `${JSON.stringify(requestId)}, expected ${expected}` }];
}

/** @param parts what tells one request from another under the same id */
export function requestOf(requestId: string, parts: readonly unknown[]): Write["request"] {
  if (requestId === "") return undefined;
  const text = JSON.stringify(parts, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  return { id: requestId, fingerprint: hash("sha256", text, "base64url") };
}

/** A name that a person or program chose, such as an apply set's or a reporter's. */
export function nameViolations(field: string, name: string, longestBytes = 253): Violation[] {
  if (name !== "" && Buffer.byteLength(name) <= longestBytes && printable.test(name)) return [];
  const expected = `1 to ${longestBytes} bytes of UTF-8 without control characters`;
  return [{ field, description: `${JSON.stringify(name)}, expected ${expected}` }];
}

/** Ids in canonical form, each once, in the order of the list. */
export function canonicalIds(field: string, ids: readonly string[]): { ids: string[]; violations: Violation[] } {
  const violations = ids.flatMap((id, index) => validateId(id, `${field}[${index}]`));
  return { ids: [...new Set(ids.flatMap((id) => canonicalId(id) ?? []))], violations };
}

/** Expected revisions by canonical id, of ids that the request names. */
export function expectedIndexes(
  expected: Readonly<Record<string, bigint>>,
  named: ReadonlySet<string>,
): { byId: ReadonlyMap<string, bigint>; violations: Violation[] } {
  const byId = new Map<string, bigint>();
  const violations = Object.entries(expected).flatMap(([key, index]): Violation[] => {
    const field = `expected_indexes[${JSON.stringify(key)}]`;
    const id = canonicalId(key);
    if (id === undefined) return validateId(key, field);
    if (!named.has(id)) return [{ field, description: "expected an id that the request puts or drops" }];
    if (index < 0n) return [{ field, description: `${index}, expected 0 or more` }];
    byId.set(id, index);
    return [];
  });
  return { byId, violations };
}
