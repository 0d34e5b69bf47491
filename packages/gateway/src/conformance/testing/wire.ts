import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** The fields of an encoded message by number, for a test that knows few messages and needs their bytes as they came. */
export class Fields {
  readonly #numbers = new Map<number, number[]>();
  readonly #bytes = new Map<number, Uint8Array[]>();

  constructor(message: Uint8Array) {
    const reader = new BinaryReader(message);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (type === WireType.Varint) added(this.#numbers, field, Number(reader.uint64()));
      else if (type === WireType.LengthDelimited) added(this.#bytes, field, reader.bytes());
      else reader.skip(type);
    }
  }

  number(field: number): number {
    return this.#numbers.get(field)?.at(-1) ?? 0;
  }

  /** Undefined where the field is absent. */
  bytes(field: number): Uint8Array | undefined {
    return this.#bytes.get(field)?.at(-1);
  }

  text(field: number): string | undefined {
    const bytes = this.bytes(field);
    return bytes && Buffer.from(bytes).toString();
  }

  all(field: number): readonly Uint8Array[] {
    return this.#bytes.get(field) ?? [];
  }

  message(field: number): Fields | undefined {
    const bytes = this.bytes(field);
    return bytes && new Fields(bytes);
  }
}

/** Writes a message of these fields; a list is one field for each of its values, undefined none. */
export function encoded(fields: Readonly<Record<number, Value | readonly Value[] | undefined>>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, values] of Object.entries(fields)) {
    for (const value of Array.isArray(values) ? values : [values]) write(writer, Number(number), value);
  }
  return writer.finish();
}

type Value = number | string | Uint8Array;

function write(writer: BinaryWriter, field: number, value: unknown): void {
  if (typeof value === "number") writer.tag(field, WireType.Varint).int64(value);
  else if (typeof value === "string") writer.tag(field, WireType.LengthDelimited).string(value);
  else if (value instanceof Uint8Array) writer.tag(field, WireType.LengthDelimited).bytes(value);
}

function added<V>(values: Map<number, V[]>, field: number, value: V): void {
  const known = values.get(field);
  if (known === undefined) values.set(field, [value]);
  else known.push(value);
}
