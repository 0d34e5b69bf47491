/**
 * PostgreSQL's text form of arrays, built here: it is cheaper than the driver's serialisers, and right for bytea, which
 * these get wrong.
 */
export function arrayLiteral(elements: readonly string[]): string {
  return `{${elements.join(",")}}`;
}

/** An element of a text array. */
export function textElement(text: string): string {
  // Hardly any text holds what must be escaped, and looking for it is cheaper than replacing it.
  return special.test(text) ? `"${text.replaceAll(/["\\]/g, "\\$&")}"` : `"${text}"`;
}

const special = /["\\]/;

/** An element of a bytea array. */
export function byteaElement(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return `"\\\\x${Buffer.from(buffer, byteOffset, byteLength).toString("hex")}"`;
}

/** An element that is NULL. */
export const nullElement = "NULL";
