/** One field as it stands on the wire, by its place in the bytes that it was found in. */
export interface WireField {
  readonly number: number;
  readonly wireType: WireType;
  /** Where the tag begins. */
  readonly start: number;
  /** Where the value begins: for `bytes`, after its length. */
  readonly valueStart: number;
  readonly end: number;
}

export type WireType = "varint" | "fixed64" | "bytes" | "fixed32";

/** The bytes are no protobuf message; the message says why and where. */
export class MalformedBytes extends Error {
  override readonly name = "MalformedBytes";
}

/**
 * The top-level fields of an encoded message, in wire order, without a descriptor.
 * Strict where generated decoders are lenient: a stray end of group or a length beyond the end throws `MalformedBytes`.
 * Groups, which proto3 does not have, are refused.
 */
export function fieldsOf(bytes: Uint8Array, from = 0, to = bytes.length): WireField[] {
  const fields: WireField[] = [];
  let at = from;
  while (at < to) {
    const tag = varintAt(bytes, at, to);
    const number = tag.value >>> 3;
    if (tag.value > 0xffff_ffff || number === 0) throw new MalformedBytes(`no valid field tag at byte ${at}`);
    const field = fieldAt(bytes, { number, type: tag.value & 7, start: at, after: tag.end, to });
    fields.push(field);
    at = field.end;
  }
  return fields;
}

interface Tag {
  readonly number: number;
  readonly type: number;
  readonly start: number;
  readonly after: number;
  readonly to: number;
}

function fieldAt(bytes: Uint8Array, { number, type, start, after, to }: Tag): WireField {
  const within = (wireType: WireType, valueStart: number, end: number): WireField => {
    if (end > to) throw new MalformedBytes(`field ${number} at byte ${start} is longer than what holds it`);
    return { number, wireType, start, valueStart, end };
  };
  switch (type) {
    case 0:
      return within("varint", after, varintAt(bytes, after, to).end);
    case 1:
      return within("fixed64", after, after + 8);
    case 2: {
      const length = varintAt(bytes, after, to);
      return within("bytes", length.end, length.end + length.value);
    }
    case 5:
      return within("fixed32", after, after + 4);
    default:
      throw new MalformedBytes(`field ${number} at byte ${start} has wire type ${type}, which proto3 does not have`);
  }
}

const longestVarint = 10;

/** A varint's value, exact up to 2^53, and where it ends. */
function varintAt(bytes: Uint8Array, from: number, to: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < longestVarint; index++) {
    const byte = bytes[from + index];
    if (byte === undefined || from + index >= to) throw new MalformedBytes(`cut off at byte ${to}`);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  throw new MalformedBytes(`a number of more than ${longestVarint} bytes at byte ${from}`);
}
