import fc from "fast-check";
import { expect, test } from "vitest";
import { httpBody, type FunctionCall } from "./call.js";
import { proxyEventV1 } from "./proxy-event-v1.js";
import { proxyEventV2 } from "./proxy-event-v2.js";

/** The request that AWS's published examples of both formats show. */
function call(changes: Partial<FunctionCall> = {}): FunctionCall {
  return {
    requestId: "id=",
    receivedAt: Date.UTC(2020, 2, 4, 19, 15, 17, 135),
    protocol: "HTTP/1.1",
    method: "GET",
    authority: "id.execute-api.us-east-1.amazonaws.com",
    path: "/my/path",
    query: "parameter1=value1&parameter1=value2&parameter2=value",
    headers: [
      ["header1", "value1"],
      ["header2", "value1"],
      ["header2", "value2"],
      ["user-agent", "user-agent"],
    ],
    sourceIp: "192.0.2.1",
    routePath: "/my/path",
    body: { body: "Hello from Lambda!", isBase64Encoded: false },
    ...changes,
  };
}

/**
 * AWS's example of format 1.0 ("Create AWS Lambda proxy integrations for HTTP APIs"), but for what this gateway has
 * not (account and API ids, client certificate, extended request id of its own) and the user agent's own header.
 */
const publishedV1 = {
  version: "1.0",
  resource: "/my/path",
  path: "/my/path",
  httpMethod: "GET",
  headers: { header1: "value1", header2: "value2", "user-agent": "user-agent" },
  multiValueHeaders: { header1: ["value1"], header2: ["value1", "value2"], "user-agent": ["user-agent"] },
  queryStringParameters: { parameter1: "value1", parameter2: "value" },
  multiValueQueryStringParameters: { parameter1: ["value1", "value2"], parameter2: ["value"] },
  requestContext: {
    accountId: "",
    apiId: "",
    authorizer: { claims: null, scopes: null },
    domainName: "id.execute-api.us-east-1.amazonaws.com",
    domainPrefix: "id",
    extendedRequestId: "id=",
    httpMethod: "GET",
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: "192.0.2.1",
      user: null,
      userAgent: "user-agent",
      userArn: null,
      clientCert: null,
    },
    path: "/my/path",
    protocol: "HTTP/1.1",
    requestId: "id=",
    requestTime: "04/Mar/2020:19:15:17 +0000",
    requestTimeEpoch: 1_583_349_317_135,
    resourceId: null,
    resourcePath: "/my/path",
    stage: "$default",
  },
  pathParameters: null,
  stageVariables: null,
  body: "Hello from Lambda!",
  isBase64Encoded: false,
};

/** AWS's example of format 2.0, from the same page, with the same exceptions. */
const publishedV2 = {
  version: "2.0",
  routeKey: "$default",
  rawPath: "/my/path",
  rawQueryString: "parameter1=value1&parameter1=value2&parameter2=value",
  cookies: ["cookie1", "cookie2"],
  headers: { header1: "value1", header2: "value1,value2", "user-agent": "agent" },
  queryStringParameters: { parameter1: "value1,value2", parameter2: "value" },
  requestContext: {
    accountId: "",
    apiId: "",
    domainName: "id.execute-api.us-east-1.amazonaws.com",
    domainPrefix: "id",
    http: { method: "POST", path: "/my/path", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "agent" },
    requestId: "id",
    routeKey: "$default",
    stage: "$default",
    time: "12/Mar/2020:19:03:58 +0000",
    timeEpoch: 1_584_039_838_390,
  },
  body: "Hello from Lambda",
  isBase64Encoded: false,
};

test("format 1.0 is AWS's published example, field by field", () => {
  expect(proxyEventV1(call())).toEqual(publishedV1);
});

test("format 2.0 is AWS's published example, field by field", () => {
  const published = call({
    requestId: "id",
    receivedAt: Date.UTC(2020, 2, 12, 19, 3, 58, 390),
    method: "POST",
    headers: [
      ["cookie", "cookie1; cookie2"],
      ["header1", "value1"],
      ["header2", "value1"],
      ["header2", "value2"],
      ["user-agent", "agent"],
    ],
    body: { body: "Hello from Lambda", isBase64Encoded: false },
  });
  expect(proxyEventV2(published)).toEqual(publishedV2);
});

test("nothing but a path: null where format 1.0 has nothing, absent in 2.0", () => {
  const bare = call({ query: "", headers: [], body: { body: null, isBase64Encoded: false } });
  expect(proxyEventV1(bare)).toMatchObject({
    headers: {},
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
  });
  const event = proxyEventV2(bare);
  for (const absent of ["cookies", "queryStringParameters", "body"]) expect(event).not.toHaveProperty(absent);
});

test("query parameters are decoded in the event, and raw in 2.0's rawQueryString", () => {
  const query = "q=a%20b+c&%C3%A9=%E2%98%83&flag";
  const want = { q: "a b c", é: "☃", flag: "" };
  expect(proxyEventV1(call({ query }))).toMatchObject({ queryStringParameters: want });
  expect(proxyEventV2(call({ query }))).toMatchObject({ queryStringParameters: want, rawQueryString: query });
});

test("a header or parameter named __proto__ is one like any other", () => {
  const event = proxyEventV1(call({ headers: [["__proto__", "x"]], query: "__proto__=y" }));
  expect(JSON.parse(JSON.stringify(event))).toMatchObject(
    JSON.parse('{"headers":{"__proto__":"x"},"queryStringParameters":{"__proto__":"y"}}'),
  );
});

test.each([
  { title: "JSON", type: "application/json", bytes: Buffer.from('{"é":1}'), text: true },
  { title: "a +json type", type: "application/problem+json; charset=utf-8", bytes: Buffer.from("{}"), text: true },
  { title: "a form", type: "application/x-www-form-urlencoded", bytes: Buffer.from("a=b"), text: true },
  { title: "text", type: "Text/Plain", bytes: Buffer.from("\ufeffa\u0000b"), text: true },
  { title: "text that is no UTF-8", type: "text/plain", bytes: Buffer.from([0xe9]), text: false },
  { title: "text in another charset", type: 'text/plain; charset="latin1"', bytes: Buffer.from("a"), text: false },
  { title: "an image", type: "image/png", bytes: Buffer.from("a"), text: false },
  { title: "no type", type: undefined, bytes: Buffer.from("a"), text: false },
  { title: "compressed text", type: "text/plain", encoding: "gzip", bytes: Buffer.from("a"), text: false },
])("$title is text: $text", ({ type, encoding, bytes, text }) => {
  const headers = [
    ...(type === undefined ? [] : [["content-type", type] as const]),
    ...(encoding === undefined ? [] : [["content-encoding", encoding] as const]),
  ];
  const { body, isBase64Encoded } = httpBody(bytes, headers);
  expect(isBase64Encoded).toBe(!text);
  expect(Buffer.from(body ?? "", text ? "utf8" : "base64")).toEqual(bytes);
});

test("any bytes of any type come back whole from the event", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1 }),
      fc.constantFrom("text/plain", "application/json", "x/y"),
      (value, type) => {
        const event: unknown = JSON.parse(JSON.stringify(httpBody(Buffer.from(value), [["content-type", type]])));
        const { body, isBase64Encoded } = event as { body: string; isBase64Encoded: boolean };
        expect(new Uint8Array(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"))).toEqual(value);
      },
    ),
  );
});
