import { headerOf } from "../front/header-pairs.js";
import type { FunctionCall } from "./call.js";
import { domainOf, requestTime, valuesOf } from "./event-fields.js";

/**
 * API Gateway's proxy event, payload format 2.0: repeated values are joined with commas, cookies stand apart, and what
 * is empty is left out. As JSON. Source: as for format 1.0.
 */
export function proxyEventV2(call: FunctionCall): string {
  const query = [...new URLSearchParams(call.query)];
  const cookies = call.headers.filter(([name]) => name === "cookie").flatMap(([, value]) => value.split(/;\s*/));
  const { domainName, domainPrefix } = domainOf(call.authority);
  return JSON.stringify({
    version: "2.0",
    routeKey: "$default",
    rawPath: call.path,
    rawQueryString: call.query,
    ...(cookies.length > 0 && { cookies }),
    headers: joined(call.headers.filter(([name]) => name !== "cookie")),
    ...(query.length > 0 && { queryStringParameters: joined(query) }),
    requestContext: {
      accountId: "",
      apiId: "",
      domainName,
      domainPrefix,
      http: {
        method: call.method,
        path: call.path,
        protocol: call.protocol,
        sourceIp: call.sourceIp,
        userAgent: headerOf(call.headers, "user-agent") ?? "",
      },
      requestId: call.requestId,
      routeKey: "$default",
      stage: "$default",
      time: requestTime(call.receivedAt),
      timeEpoch: call.receivedAt,
    },
    ...(call.body.body !== null && { body: call.body.body }),
    isBase64Encoded: call.body.isBase64Encoded,
  });
}

function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(Array.from(valuesOf(pairs), ([name, values]) => [name, values.join(",")]));
}
