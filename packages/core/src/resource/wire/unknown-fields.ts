import { fieldsOf } from "./fields.js";
import { layoutOf, type Layout } from "./layout.js";

/** Whether a message of the public API holds fields, at any depth, that this build does not know. */
export function hasUnknownFields(typeName: string, bytes: Uint8Array): boolean {
  return hasUnknown(bytes, layoutOf(typeName), 0, bytes.length);
}

function hasUnknown(bytes: Uint8Array, layout: Layout, from: number, to: number): boolean {
  return fieldsOf(bytes, from, to).some((field) => {
    const known = layout.fields.get(field.number);
    if (known === undefined) return true;
    return known.message !== undefined && hasUnknown(bytes, known.message, field.valueStart, field.end);
  });
}
