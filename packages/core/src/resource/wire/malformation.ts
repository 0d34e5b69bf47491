import { isUtf8 } from "node:buffer";
import { fieldsOf, MalformedBytes } from "./fields.js";
import { layoutOf, type Layout } from "./layout.js";

/**
 * Why bytes are no valid encoding of a message of the public API; `undefined` where they are.
 * Generated decoders let much of this pass: a field that overruns its message, a stray end of group, text in no UTF-8.
 */
export function malformation(typeName: string, bytes: Uint8Array): string | undefined {
  try {
    check(bytes, layoutOf(typeName), 0, bytes.length);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedBytes) return error.message;
    throw error;
  }
}

function check(bytes: Uint8Array, layout: Layout, from: number, to: number): void {
  for (const field of fieldsOf(bytes, from, to)) {
    const known = layout.fields.get(field.number);
    if (known === undefined || field.wireType !== "bytes") continue;
    if (known.message !== undefined) check(bytes, known.message, field.valueStart, field.end);
    if (known.text && !isUtf8(bytes.subarray(field.valueStart, field.end))) {
      throw new MalformedBytes(`${layout.name}.${known.name} at byte ${field.start} is not valid UTF-8`);
    }
  }
}
