/**
 * Decodes base64 that arrives in chunks, as gRPC-Web's text form has it: groups of four characters, where padding may
 * stand in the middle, at the end of what the client had encoded in one piece.
 */
export class Base64Stream {
  #rest = "";

  /** The bytes that the chunk completes. */
  push(chunk: Buffer): Buffer {
    const text = this.#rest + chunk.toString("latin1");
    const whole = text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    // Each padded piece is decoded on its own: what follows padding is lost otherwise.
    const pieces = text.slice(0, whole).match(/[^=]+=*/g) ?? [];
    return Buffer.concat(pieces.map((piece) => Buffer.from(piece, "base64")));
  }

  /** Whether the text may end here. */
  get complete(): boolean {
    return this.#rest === "";
  }
}
