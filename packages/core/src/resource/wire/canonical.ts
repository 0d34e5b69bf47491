import { fieldsOf, type WireField } from "./fields.js";
import { layoutOf, type Layout } from "./layout.js";

/**
 * The same message with the fields of each level in the order that existing clients, in Go, write: by number, those
 * of a oneof after all others, fields unknown to this build last, repeated ones as they stood.
 * Throws `MalformedBytes` where the bytes are no message.
 */
export function canonicalBytes(typeName: string, bytes: Uint8Array): Buffer {
  return ordered(bytes, layoutOf(typeName), 0, bytes.length);
}

function ordered(bytes: Uint8Array, layout: Layout, from: number, to: number): Buffer {
  const fields = fieldsOf(bytes, from, to);
  fields.sort((a, b) => rank(layout, a) - rank(layout, b) || a.number - b.number);
  return Buffer.concat(fields.flatMap((field) => encodedField(bytes, layout, field)));
}

function rank(layout: Layout, { number }: WireField): number {
  const known = layout.fields.get(number);
  if (known === undefined) return 2;
  return known.inOneof ? 1 : 0;
}

/** Reordering keeps a message's length, so that the bytes of its tag and length stay true. */
function encodedField(bytes: Uint8Array, layout: Layout, field: WireField): Uint8Array[] {
  const inner = layout.fields.get(field.number)?.message;
  if (inner === undefined || field.wireType !== "bytes") return [bytes.subarray(field.start, field.end)];
  return [bytes.subarray(field.start, field.valueStart), ordered(bytes, inner, field.valueStart, field.end)];
}
