/** The status codes of gRPC. Source: grpc.io, "Status codes and their use in gRPC". */
export const code = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** How a call ends. */
export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
  /** An encoded google.rpc.Status in base64 without padding: `grpc-status-details-bin`. */
  readonly details?: string;
}

export const ok: GrpcStatus = { code: code.ok, message: "" };

/** What a `grpc-message` may be at most, in bytes before encoding: clients limit the headers of an answer. */
const longestMessageBytes = 4_096;

/** Writes a `grpc-message`: UTF-8, with all but printable ASCII, and the percent sign itself, percent-encoded. */
export function statusMessageText(message: string): string {
  const bytes = Buffer.from(message);
  let text = "";
  for (const byte of bytes.subarray(0, wholeCharacters(bytes))) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    text += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}

/** Reads a `grpc-message`; what is no percent-encoded UTF-8 in it stays as it is. */
export function statusMessageOf(text: string): string {
  if (!text.includes("%")) return text;
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** How many of the first bytes fit into the limit without cutting a character of UTF-8. */
function wholeCharacters(bytes: Buffer): number {
  if (bytes.length <= longestMessageBytes) return bytes.length;
  let end = longestMessageBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
