/** Shorter than this, bytes are copied faster one by one than by a call out of JavaScript. */
const shortBytes = 48;
const firstBytes = 64 * 1024;

/** Protobuf's wire form, written into one buffer that grows. */
export class ProtobufBytes {
  #buffer = Buffer.allocUnsafe(firstBytes);
  #end = 0;

  /** What has been written. */
  get written(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  /** Makes room for what is written next: nothing else does. */
  reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.written);
    this.#buffer = larger;
  }

  /** A whole number of 0 to 2^53 - 1. */
  varint(value: number): void {
    let rest = value;
    // The operators on bits count in 32 of them.
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) this.#buffer[this.#end++] = (rest % 128) | 128;
    for (; rest > 127; rest >>>= 7) this.#buffer[this.#end++] = (rest & 127) | 128;
    this.#buffer[this.#end++] = rest;
  }

  /** Bytes as they are. */
  bytes(source: Buffer): void {
    if (source.length < shortBytes) {
      for (let at = 0; at < source.length; at++) this.#buffer[this.#end++] = source[at] ?? 0;
    } else {
      this.#buffer.set(source, this.#end);
      this.#end += source.length;
    }
  }

  /** Bytes that are told in hexadecimal digits. */
  hex(digits: string): void {
    this.#end += this.#buffer.write(digits, this.#end, "hex");
  }
}

/** How many bytes a varint has. */
export function varintSize(value: number): number {
  let size = 1;
  for (let limit = 128; value >= limit; limit *= 128) size++;
  return size;
}

/** What a field takes whose content has a length, with a tag of one byte. */
export function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}
