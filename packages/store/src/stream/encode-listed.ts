import type { ListedResource } from "../read/list-page.js";
import { fieldSize, ProtobufBytes, varintSize } from "./protobuf-bytes.js";

/**
 * Listed resources as a response has them: field 1 for each, `resources` of a list, `updated_resources` of a watch. They go
 * from the database's bytes to these: to make objects of them and have those encoded takes several times as long. Field
 * numbers: protomesh/types/v1/resource.proto.
 */
export class ListedFields {
  readonly #namespace: Buffer;
  readonly #out = new ProtobufBytes();

  constructor(namespace: string) {
    this.#namespace = Buffer.from(namespace);
  }

  get encoded(): Buffer {
    return this.#out.written;
  }

  /** @throws RangeError for a revision or a time that a number does not hold exactly */
  add(resource: ListedResource): void {
    const [id, name, typeUrl, spec, hash, microsDigits, revisionDigits, createdRevisionDigits] = resource;
    const out = this.#out;
    const namespace = this.#namespace;
    const micros = numberIn(microsDigits);
    const seconds = Math.floor(micros / 1_000_000);
    const nanos = (micros % 1_000_000) * 1_000;
    const revision = numberIn(revisionDigits);
    const createdRevision = numberIn(createdRevisionDigits);

    const specSize = spec.length / 2 - 1;
    const anySize = textSize(typeUrl.length) + textSize(specSize);
    const timestampSize = numberSize(seconds) + numberSize(nanos);
    const versionSize =
      textSize(hash.length) +
      fieldSize(timestampSize) +
      numberSize(revision) +
      // Field 100 has a tag of two bytes, and is told also where it is 0.
      (2 + varintSize(createdRevision));
    const size =
      fieldSize(namespace.length) +
      fieldSize(id.length) +
      textSize(name.length) +
      fieldSize(anySize) +
      fieldSize(versionSize);

    out.reserve(fieldSize(size));
    beginField(out, 1, size);
    writeText(out, 1, namespace);
    writeText(out, 2, id);
    writeText(out, 3, name);
    beginField(out, 4, anySize);
    writeText(out, 1, typeUrl);
    if (specSize > 0) {
      beginField(out, 2, specSize);
      out.hex(spec.toString("latin1", 2));
    }
    beginField(out, 5, versionSize);
    writeText(out, 1, hash);
    beginField(out, 2, timestampSize);
    writeNumber(out, 1, seconds);
    writeNumber(out, 2, nanos);
    writeNumber(out, 3, revision);
    out.varint(100 << 3);
    out.varint(createdRevision);
  }
}

/** What a text takes, or bytes do: nothing where they are empty. */
function textSize(length: number): number {
  return length === 0 ? 0 : fieldSize(length);
}

function writeText(out: ProtobufBytes, field: number, text: Buffer): void {
  if (text.length === 0) return;
  beginField(out, field, text.length);
  out.bytes(text);
}

/** What a number takes: nothing where it is 0. */
function numberSize(value: number): number {
  return value === 0 ? 0 : 1 + varintSize(value);
}

function writeNumber(out: ProtobufBytes, field: number, value: number): void {
  if (value === 0) return;
  out.varint(field << 3);
  out.varint(value);
}

/** The tag of a field whose content has a length, and the length. */
function beginField(out: ProtobufBytes, field: number, length: number): void {
  out.varint((field << 3) | 2);
  out.varint(length);
}

/** A whole number of 0 or more, in digits. */
function numberIn(digits: Buffer): number {
  let value = 0;
  for (const digit of digits) value = value * 10 + (digit - 48);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${digits.toString()}, expected 0 to 2^53 - 1`);
  return value;
}
