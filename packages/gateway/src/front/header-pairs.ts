/** Headers in the order in which they came, names in lower case, each value on its own; bytes as Latin-1. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** The first value of a header; `name` in lower case. */
export function headerOf(headers: HeaderPairs, name: string): string | undefined {
  for (const [each, value] of headers) if (each === name) return value;
  return undefined;
}

/** Headers that speak of the connection and not of the message (RFC 9110, 7.6.1). */
const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/** Whether a header is the gateway's own affair on each side: of the connection, or a pseudo header. */
export function isConnectionHeader(name: string): boolean {
  return name.startsWith(":") || connectionHeaders.has(name);
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// oxlint-disable-next-line no-control-regex -- the tab is the one control character that a value may hold
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether HTTP can carry this header. */
export function isHeader(name: string, value: string): boolean {
  return token.test(name) && fieldValue.test(value);
}
