/**
 * Reads base64, padded or not, with line breaks or not; undefined where it is none, rather than the part of it that
 * could be read.
 */
export function bytesOfBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  const body = text.replace(/[\r\n]|=+\s*$/g, "");
  // Four characters are three bytes; a lone character at the end is none. What Node skips makes the result shorter.
  return body.length % 4 !== 1 && bytes.length === Math.floor((body.length * 3) / 4) ? bytes : undefined;
}

/** Writes base64 without the padding at its end. */
export function unpaddedBase64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
