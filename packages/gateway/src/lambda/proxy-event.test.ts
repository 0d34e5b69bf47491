import { readFile } from "node:fs/promises";
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

/** What AWS publishes of a format; see the folder's README. */
async function published(name: string): Promise<ReadonlyMap<string, unknown>> {
  const text = await readFile(new URL(`published/${name}`, import.meta.url), "utf8");
  return new Map(fieldsOf(JSON.parse(text)));
}

/** Every field by its path: `requestContext.http.method`; what is empty or no object stands for itself. */
function fieldsOf(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([name, each]) => fieldsOf(each, path === "" ? name : `${path}.${name}`));
}

/** The fields that differ from AWS's, with what each side has; a side without the field has undefined. */
function differences(event: string, aws: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const ours = new Map(fieldsOf(JSON.parse(event)));
  const names = [...new Set([...ours.keys(), ...aws.keys()])].filter((name) => ours.get(name) !== aws.get(name));
  return Object.fromEntries(names.map((name) => [name, { ours: ours.get(name), aws: aws.get(name) }]));
}

test("format 1.0 is AWS's published example field by field, but for what AWS has and a gateway has not", async () => {
  expect(differences(proxyEventV1(call()), await published("http-api-1.0.json"))).toEqual({
    // The example leaves the agent's own header out of the headers.
    "headers.user-agent": { ours: "user-agent", aws: undefined },
    "multiValueHeaders.user-agent.0": { ours: "user-agent", aws: undefined },
    "requestContext.accountId": { ours: "", aws: "123456789012" },
    "requestContext.apiId": { ours: "", aws: "id" },
    // One id for both: the gateway has no second one.
    "requestContext.extendedRequestId": { ours: "id=", aws: "request-id" },
    // The gateway checks client certificates, and tells nothing of them.
    "requestContext.identity.clientCert": { ours: null, aws: undefined },
    ...missing("requestContext.identity.clientCert", await published("http-api-1.0.json")),
  });
});

test("format 2.0 is AWS's published example field by field, but for what AWS has and a gateway has not", async () => {
  const aws = await published("http-api-2.0.json");
  const shown = call({
    requestId: "id",
    // The example's two times differ by minutes; the text is the one that is held against it.
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
  expect(differences(proxyEventV2(shown), aws)).toEqual({
    "headers.user-agent": { ours: "agent", aws: undefined },
    "requestContext.accountId": { ours: "", aws: "123456789012" },
    "requestContext.apiId": { ours: "", aws: "api-id" },
    "requestContext.timeEpoch": { ours: 1_584_039_838_390, aws: 1_583_348_638_390 },
    ...missing("requestContext.authentication", aws),
    ...missing("requestContext.authorizer", aws),
    ...missing("pathParameters", aws),
    ...missing("stageVariables", aws),
  });
});

/** The differences where AWS has everything below a field, and we have not. */
function missing(prefix: string, aws: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const below = [...aws].filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(below.map(([name, value]) => [name, { ours: undefined, aws: value }]));
}

test("nothing but a path: null where format 1.0 has nothing, absent in 2.0", () => {
  const bare = call({ query: "", headers: [], body: { body: null, isBase64Encoded: false } });
  expect(JSON.parse(proxyEventV1(bare))).toMatchObject({
    headers: {},
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
  });
  const event: unknown = JSON.parse(proxyEventV2(bare));
  for (const absent of ["cookies", "queryStringParameters", "body"]) expect(event).not.toHaveProperty(absent);
});

test("query parameters are decoded in the event, and raw in 2.0's rawQueryString", () => {
  const query = "q=a%20b+c&%C3%A9=%E2%98%83&flag";
  const want = { q: "a b c", é: "☃", flag: "" };
  expect(JSON.parse(proxyEventV1(call({ query })))).toMatchObject({ queryStringParameters: want });
  expect(JSON.parse(proxyEventV2(call({ query })))).toMatchObject({
    queryStringParameters: want,
    rawQueryString: query,
  });
});

test("a header or parameter named __proto__ is one like any other", () => {
  const event = proxyEventV1(call({ headers: [["__proto__", "x"]], query: "__proto__=y" }));
  expect(JSON.parse(event)).toMatchObject(
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

test("whatever the texts are, the event is JSON that holds them", () => {
  const texts = fc.string({ unit: "binary" });
  const some = fc.record({
    method: texts,
    path: texts,
    authority: texts,
    headers: fc.array(fc.tuple(texts, texts)),
    text: texts,
  });
  fc.assert(
    fc.property(some, ({ text, ...changes }) => {
      const event: unknown = JSON.parse(
        proxyEventV1(call({ ...changes, body: { body: text, isBase64Encoded: false } })),
      );
      const names = [...new Set(changes.headers.map(([name]) => name))];
      const valuesOf = (wanted: string) =>
        changes.headers.filter(([name]) => name === wanted).map(([, value]) => value);
      expect(event).toMatchObject({ httpMethod: changes.method, path: changes.path, body: text });
      expect(event).toHaveProperty(
        "multiValueHeaders",
        Object.fromEntries(names.map((name) => [name, valuesOf(name)])),
      );
      expect(event).toHaveProperty("headers", Object.fromEntries(names.map((name) => [name, valuesOf(name).at(-1)])));
    }),
  );
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
