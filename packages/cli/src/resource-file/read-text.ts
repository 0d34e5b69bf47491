import { isUtf8 } from "node:buffer";
import { readFile, stat } from "node:fs/promises";

/** The largest resource file that is read. */
const largestBytes = 32 * 1024 * 1024;

export type TextResult = { readonly text: string } | { readonly message: string };

/** A file's text, or why it cannot be read. */
export async function readTextFile(file: string): Promise<TextResult> {
  try {
    const { size } = await stat(file);
    return size > largestBytes ? { message: tooLarge(size) } : textOf(await readFile(file));
  } catch (error) {
    return { message: messageOf(error) };
  }
}

/** Everything that comes in on a stream. It is not read further than the largest file would be. */
export async function readTextStream(stream: AsyncIterable<string | Uint8Array>): Promise<TextResult> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > largestBytes) return { message: tooLarge(size) };
  }
  return textOf(Buffer.concat(chunks));
}

function tooLarge(size: number): string {
  return `is too large with ${megabytes(size)} MiB; expected at most ${megabytes(largestBytes)} MiB, so split it`;
}

function megabytes(bytes: number): string {
  return String(Math.ceil(bytes / 1024 / 1024));
}

/** A byte order mark at the beginning is no part of the text. */
function textOf(bytes: Buffer): TextResult {
  if (bytes.includes(0)) return { message: "is a binary file: it holds NUL bytes; expected text" };
  if (!isUtf8(bytes)) return { message: "is not encoded in UTF-8" };
  return { text: bytes.toString("utf8").replace(/^\ufeff/, "") };
}

const causes: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file or folder"],
  ["EACCES", "cannot be read: permission denied"],
  ["EPERM", "cannot be read: permission denied"],
  ["EISDIR", "is a folder; expected a file"],
  ["ENOTDIR", "leads through a file as if it were a folder"],
  ["ELOOP", "is a link that leads to itself"],
]);

/** What a failed file operation means for people. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const code = "code" in error ? String(error.code) : "";
  return causes.get(code) ?? `cannot be read: ${error.message}`;
}
