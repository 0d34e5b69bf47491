import { isUtf8 } from "node:buffer";
import { headerOf, type HeaderPairs } from "../front/header-pairs.js";

/** A request as functions are told of it, whichever event format tells it. */
export interface FunctionCall {
  readonly requestId: string;
  /** When the request came, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** `HTTP/1.1` or `HTTP/2.0`. */
  readonly protocol: string;
  readonly method: string;
  /** The host that the client asked, with its port if it named one. */
  readonly authority: string;
  /** As sent: percent-encoded, without the query; gRPC's full method. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly headers: HeaderPairs;
  readonly sourceIp: string;
  /** What the policy matched with: its path. */
  readonly routePath: string;
  readonly body: EventBody;
}

/** A body as it stands in an event. */
export interface EventBody {
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

const textType =
  /^(?:text\/|application\/(?:json|xml|javascript|x-www-form-urlencoded|graphql|x-ndjson|yaml)|[^;]*\+(?:json|xml))/i;
const foreignCharset = /;\s*charset\s*=\s*"?(?!utf-?8|us-ascii)[^\s;"]/i;

/**
 * An HTTP body: text where its type says text in UTF-8 and its bytes are that, else base64. Either way the function
 * has every byte.
 */
export function httpBody(bytes: Buffer, headers: HeaderPairs): EventBody {
  if (bytes.length === 0) return { body: null, isBase64Encoded: false };
  const type = headerOf(headers, "content-type") ?? "";
  const encoded = (headerOf(headers, "content-encoding") ?? "identity").toLowerCase() !== "identity";
  const isText = !encoded && textType.test(type) && !foreignCharset.test(type) && isUtf8(bytes);
  return isText
    ? { body: bytes.toString("utf8"), isBase64Encoded: false }
    : { body: bytes.toString("base64"), isBase64Encoded: true };
}
