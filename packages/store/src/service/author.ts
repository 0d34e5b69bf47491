import type { ServerUnaryCall } from "@grpc/grpc-js";
import { invalidArgument } from "@protomesh/core";
import { nameIn } from "./certificate-name.js";

/** The request metadata by which a client says who it writes for: printable ASCII. */
const authorKey = "protomesh-author";
/** The same for names of any alphabet, as UTF-8; it goes before the other. */
const authorBinaryKey = "protomesh-author-bin";
const longestBytes = 253;
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u;

type Caller = Pick<ServerUnaryCall<unknown, unknown>, "metadata" | "getAuthContext">;

/**
 * Who writes: whom the client's certificate names, else whom the client claims to be; undefined: nobody is named.
 * grpc-js tells of a certificate only where it was checked.
 * @throws DomainError invalid-argument for a claim that is too long or not printable
 */
export function authorOf(call: Caller): string | undefined {
  return certifiedAuthor(call) ?? claimedAuthor(call);
}

/** A certificate whose name has what cannot be shown may write all the same: its holder has no say in it. */
function certifiedAuthor(call: Caller): string | undefined {
  const certificate = call.getAuthContext()?.sslPeerCertificate;
  const name = certificate && nameIn(certificate);
  if (name === undefined) return undefined;
  const shown = name.replaceAll(new RegExp(unprintable, "gu"), "\u{fffd}");
  // A name that is cut within a character ends without it: such an end decodes to nothing in stream mode.
  return new TextDecoder().decode(Buffer.from(shown).subarray(0, longestBytes), { stream: true });
}

function claimedAuthor({ metadata }: Caller): string | undefined {
  const [bytes] = metadata.get(authorBinaryKey);
  if (Buffer.isBuffer(bytes) && bytes.length > 0) return checked(authorBinaryKey, textOf(bytes), bytes.toString());
  const [text] = metadata.get(authorKey);
  return typeof text === "string" && text !== "" ? checked(authorKey, text, text) : undefined;
}

function checked(key: string, author: string | undefined, shown: string): string {
  if (author !== undefined && Buffer.byteLength(author) <= longestBytes && !unprintable.test(author)) return author;
  const description = `${JSON.stringify(shown)}, expected at most ${longestBytes} bytes of printable characters`;
  throw invalidArgument([{ field: key, description }]);
}

/** @returns undefined for what is not UTF-8 */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
