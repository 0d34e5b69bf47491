import { randomUUID } from "node:crypto";
import { headerOf, type HeaderPairs } from "../front/header-pairs.js";

const acceptable = /^[\x21-\x7e]{1,128}$/;

/** The id that whoever stands before the gateway has given the request (`x-request-id`), or a new one. */
export function requestIdOf(headers: HeaderPairs): string {
  const given = headerOf(headers, "x-request-id");
  return given !== undefined && acceptable.test(given) ? given : randomUUID();
}

/** The trace id of a W3C `traceparent`, for the log; undefined where there is none. */
export function traceIdOf(headers: HeaderPairs): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(headerOf(headers, "traceparent") ?? "")?.[1];
}
