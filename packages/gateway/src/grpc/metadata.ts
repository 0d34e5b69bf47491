import { isConnectionHeader, isHeader, type HeaderPairs } from "../front/header-pairs.js";

/** Of a request, what the gateway takes for itself. */
const consumed: ReadonlySet<string> = new Set(["grpc-encoding", "grpc-accept-encoding", "grpc-timeout"]);

/**
 * The metadata of a call as its function gets it: without what is of the connection or the gateway's own affair.
 * Binary values (`-bin`) are base64 with padding, each on its own, however the client wrote them.
 */
export function requestMetadata(headers: HeaderPairs): HeaderPairs {
  const metadata: (readonly [string, string])[] = [];
  for (const pair of headers) {
    const [name, value] = pair;
    if (isConnectionHeader(name) || consumed.has(name)) continue;
    if (!name.endsWith("-bin")) metadata.push(pair);
    else for (const each of value.split(",")) metadata.push([name, padded(each.trim())]);
  }
  return metadata;
}

/** What a function cannot say in metadata, as the gateway says it. */
const reserved: ReadonlySet<string> = new Set(["content-type", "content-length", "host", "date"]);

/**
 * The metadata of an answer as the client gets it: pseudo, connection and `grpc-*` headers of the function are
 * dropped, and so is what no header can carry; binary values are base64 without padding.
 */
export function responseMetadata(headers: HeaderPairs): HeaderPairs {
  const metadata: (readonly [string, string])[] = [];
  for (const [name, value] of headers) {
    if (isConnectionHeader(name) || name.startsWith("grpc-") || reserved.has(name) || !isHeader(name, value)) continue;
    metadata.push([name, name.endsWith("-bin") ? value.replace(/=+$/, "") : value]);
  }
  return metadata;
}

function padded(base64: string): string {
  return Buffer.from(base64, "base64").toString("base64");
}
