import { headerOf } from "../front/header-pairs.js";
import type { FunctionCall } from "./call.js";
import { domainOf, requestTime, valuesOf, type ValuesByName } from "./event-fields.js";

/**
 * API Gateway's proxy event, payload format 1.0, with every field that AWS documents for HTTP APIs. What a gateway
 * without AWS around it does not have (account, authorizer, client certificate) is empty or null. It is written as JSON at
 * once: a table of it, only to be turned into JSON, costs twice as much.
 * Source: "Create AWS Lambda proxy integrations for HTTP APIs", docs.aws.amazon.com.
 */
export function proxyEventV1(call: FunctionCall): string {
  const headers = valuesOf(call.headers);
  const query = call.query === "" ? undefined : valuesOf([...new URLSearchParams(call.query)]);
  const { domainName, domainPrefix } = domainOf(call.authority);
  const method = json(call.method);
  const path = json(call.path);
  const requestId = json(call.requestId);
  const routePath = json(call.routePath);
  const { body, isBase64Encoded } = call.body;
  return (
    `{"version":"1.0","resource":${routePath},"path":${path},"httpMethod":${method}` +
    `,"headers":${oneOfEach(headers, -1)},"multiValueHeaders":${allOfEach(headers)}` +
    // Where a parameter is repeated, AWS shows its first value here and a header's last one above.
    `,"queryStringParameters":${query === undefined ? "null" : oneOfEach(query, 0)}` +
    `,"multiValueQueryStringParameters":${query === undefined ? "null" : allOfEach(query)}` +
    `,"requestContext":{"accountId":"","apiId":"","authorizer":{"claims":null,"scopes":null}` +
    `,"domainName":${json(domainName)},"domainPrefix":${json(domainPrefix)}` +
    `,"extendedRequestId":${requestId},"httpMethod":${method}` +
    `,"identity":{"accessKey":null,"accountId":null,"caller":null,"cognitoAuthenticationProvider":null` +
    `,"cognitoAuthenticationType":null,"cognitoIdentityId":null,"cognitoIdentityPoolId":null,"principalOrgId":null` +
    `,"sourceIp":${json(call.sourceIp)},"user":null` +
    `,"userAgent":${json(headerOf(call.headers, "user-agent") ?? "")},"userArn":null,"clientCert":null}` +
    `,"path":${path},"protocol":${json(call.protocol)},"requestId":${requestId}` +
    `,"requestTime":${json(requestTime(call.receivedAt))},"requestTimeEpoch":${call.receivedAt}` +
    `,"resourceId":null,"resourcePath":${routePath},"stage":"$default"}` +
    `,"pathParameters":null,"stageVariables":null` +
    // Base64 needs no escapes, and may be long.
    `,"body":${body === null ? "null" : isBase64Encoded ? `"${body}"` : json(body)}` +
    `,"isBase64Encoded":${isBase64Encoded}}`
  );
}

/** By name, the first (0) or last (-1) of its values. */
function oneOfEach(values: ValuesByName, position: 0 | -1): string {
  let text = "";
  for (const [name, each] of values) text += `${text === "" ? "{" : ","}${json(name)}:${json(each.at(position) ?? "")}`;
  return text === "" ? "{}" : `${text}}`;
}

function allOfEach(values: ValuesByName): string {
  let text = "";
  for (const [name, each] of values) text += `${text === "" ? "{" : ","}${json(name)}:${listOf(each)}`;
  return text === "" ? "{}" : `${text}}`;
}

function listOf(values: readonly string[]): string {
  const [only] = values;
  return values.length === 1 && only !== undefined ? `[${json(only)}]` : JSON.stringify(values);
}

function json(text: string): string {
  return JSON.stringify(text);
}
