import { headerOf } from "../front/header-pairs.js";
import type { FunctionCall } from "./call.js";
import { domainOf, lastValues, requestTime, valuesOf } from "./event-fields.js";

/**
 * API Gateway's proxy event, payload format 1.0, with every field that AWS documents for HTTP APIs. What a gateway
 * without AWS around it does not have (account, authorizer, client certificate) is empty or null.
 * Source: "Create AWS Lambda proxy integrations for HTTP APIs", docs.aws.amazon.com.
 */
export function proxyEventV1(call: FunctionCall): object {
  const query = [...new URLSearchParams(call.query)];
  const { domainName, domainPrefix } = domainOf(call.authority);
  return {
    version: "1.0",
    resource: call.routePath,
    path: call.path,
    httpMethod: call.method,
    headers: lastValues(call.headers),
    multiValueHeaders: valuesOf(call.headers),
    // Where a parameter is repeated, AWS shows its first value here and a header's last one above.
    queryStringParameters: query.length === 0 ? null : lastValues(query.toReversed()),
    multiValueQueryStringParameters: query.length === 0 ? null : valuesOf(query),
    requestContext: {
      accountId: "",
      apiId: "",
      authorizer: { claims: null, scopes: null },
      domainName,
      domainPrefix,
      extendedRequestId: call.requestId,
      httpMethod: call.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: call.sourceIp,
        user: null,
        userAgent: headerOf(call.headers, "user-agent") ?? "",
        userArn: null,
        clientCert: null,
      },
      path: call.path,
      protocol: call.protocol,
      requestId: call.requestId,
      requestTime: requestTime(call.receivedAt),
      requestTimeEpoch: call.receivedAt,
      resourceId: null,
      resourcePath: call.routePath,
      stage: "$default",
    },
    pathParameters: null,
    stageVariables: null,
    ...call.body,
  };
}
