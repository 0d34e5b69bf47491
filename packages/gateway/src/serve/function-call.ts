import { randomUUID } from "node:crypto";
import { pathOf, queryOf, type Exchange } from "../front/exchange.js";
import { headerOf, type HeaderPairs } from "../front/header-pairs.js";
import type { FunctionCall } from "../lambda/call.js";
import type { Policy } from "../routes/policy.js";

/** What every event of one request has in common. */
export function functionCallOf(
  exchange: Exchange,
  policy: Policy,
  requestId: string,
  receivedAt: number,
): Omit<FunctionCall, "headers" | "body"> {
  return {
    requestId,
    receivedAt,
    protocol: exchange.version === "1.1" ? "HTTP/1.1" : "HTTP/2.0",
    method: exchange.method,
    authority: exchange.authority,
    path: pathOf(exchange.target),
    query: queryOf(exchange.target),
    sourceIp: exchange.peer,
    routePath: policy.match.path,
  };
}

/** The headers with what the gateway adds to each request: host, request id, nonce; what is there already stays. */
export function withGatewayHeaders(
  headers: HeaderPairs,
  authority: string,
  requestId: string,
  nonceHeader: string,
): HeaderPairs {
  const added: (readonly [string, string])[] = [];
  if (headerOf(headers, "host") === undefined && authority !== "") added.push(["host", authority]);
  if (headerOf(headers, nonceHeader) === undefined) added.push([nonceHeader, randomUUID()]);
  const kept = headers.filter(([name]) => name !== "x-request-id");
  return [...kept, ...added, ["x-request-id", requestId]];
}
