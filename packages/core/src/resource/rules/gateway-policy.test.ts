import { expect, test } from "vitest";
import { GatewayPolicy, GatewayPolicy_PayloadFormat, HttpMethod } from "../../api.js";
import { typeUrlOf } from "../kind.js";
import { told, toldOf } from "./told.js";

type Change = Parameters<typeof GatewayPolicy.fromPartial>[0];
type Lambda = { functionName?: string; qualifier?: string };

function handlers(...functions: Lambda[]): Pick<GatewayPolicy, "handlers"> {
  const handler = (value: Lambda) => ({
    handler: { $case: "aws" as const, value: { handler: { $case: "lambda" as const, value } } },
  });
  return { handlers: GatewayPolicy.fromPartial({ handlers: functions.map(handler) }).handlers };
}

function grpc(methodName: string, exactMethodNameMatch: boolean): Pick<GatewayPolicy, "source"> {
  return { source: { $case: "grpc", value: { methodName, exactMethodNameMatch } } };
}

const method = "spec.grpc.method_name";

test.each<{ title: string; change: Change; want: string[] }>([
  { title: "a path and a function are enough", change: {}, want: [] },
  { title: "a prefix of methods", change: grpc("/pkg.Service/", false), want: [] },
  { title: "all methods", change: grpc("/", false), want: [] },
  { title: "one method", change: grpc("/pkg.Service/Method", true), want: [] },
  {
    title: "an exact method that is only a prefix",
    change: grpc("/pkg.Service/", true),
    want: [`${method}: "/pkg.Service/" is not valid; expected a full method name, /pkg.Service/Method`],
  },
  {
    title: "a method without its leading slash",
    change: grpc("pkg.Service/Method", false),
    want: [
      `${method}: "pkg.Service/Method" is not valid; expected a method /pkg.Service/Method or its beginning, without spaces, ? and #`,
    ],
  },
  { title: "no source", change: { source: undefined }, want: ["spec.source: is missing; expected http or grpc"] },
  {
    title: "no path",
    change: { source: { $case: "http", value: { method: HttpMethod.GET } } },
    want: ["spec.http.path: is empty; expected a path that begins with /, without spaces, ? and #"],
  },
  { title: "no handler", change: { handlers: [] }, want: ["spec.handlers: is empty; expected at least one handler"] },
  {
    title: "a handler of no kind",
    change: { handlers: [{}] },
    want: ["spec.handlers[0].handler: is missing; expected aws"],
  },
  {
    title: "an AWS handler of no kind",
    change: { handlers: [{ handler: { $case: "aws", value: {} } }] },
    want: ["spec.handlers[0].aws.handler: is missing; expected lambda"],
  },
  {
    title: "the second function without a name",
    change: handlers({ functionName: "auth" }, {}),
    want: [
      "spec.handlers[1].aws.lambda.function_name: is empty; expected a function's name or ARN: up to 256 letters, digits, _ . : $ -",
    ],
  },
  {
    title: "a function that is an address",
    change: handlers({ functionName: "https://x/y", qualifier: "a b" }),
    want: [
      'spec.handlers[0].aws.lambda.function_name: "https://x/y" is not valid; expected a function\'s name or ARN: up to 256 letters, digits, _ . : $ -',
      'spec.handlers[0].aws.lambda.qualifier: "a b" is not valid; expected a version or an alias: up to 128 letters, digits, _ $ -',
    ],
  },
  {
    title: "an ARN with a qualifier",
    change: handlers({
      functionName: "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f_1-x",
      qualifier: "$LATEST",
    }),
    want: [],
  },
  {
    title: "a signal key that is no header",
    change: { lambdaStreamSignalHeaderKey: "x user" },
    want: ['spec.lambda_stream_signal_header_key: "x user" is not valid; expected a header name, such as x-user-id'],
  },
  {
    title: "everything that may be set",
    change: {
      host: "*.Example.com",
      timeout: { seconds: 30n, nanos: 0 },
      maxConcurrency: 50,
      payloadFormat: GatewayPolicy_PayloadFormat.V2,
      responseStreaming: true,
      functionsSetGrpcStatus: true,
      throttlingRetries: 3,
      headers: [{ name: "X-Tier", value: "gold, silver" }, { name: "x-tenant" }, { name: "x-empty", value: "" }],
    },
    want: [],
  },
  {
    title: "headers that no request can have",
    change: { headers: [{ name: ":path", value: "/a" }, { name: "" }, { name: "x-a", value: " b" }] },
    want: [
      'spec.headers[0].name: ":path" is not valid; expected a header name, such as x-user-id',
      "spec.headers[1].name: is empty; expected a header name, such as x-user-id",
      'spec.headers[2].value: " b" is not valid; expected printable ASCII, without spaces around it',
    ],
  },
  {
    title: "a host with a port",
    change: { host: "example.com:443" },
    want: ['spec.host: "example.com:443" is not valid; expected a host without a port, or *. and a domain'],
  },
  {
    title: "numbers out of range",
    change: { timeout: { seconds: -1n, nanos: 0 }, maxConcurrency: -1, throttlingRetries: 11 },
    want: [
      'spec.timeout: "-1s" is not valid; expected a duration from 0s to 315576000000s',
      "spec.max_concurrency: -1 is not valid; expected 0 or more",
      "spec.throttling_retries: 11 is not valid; expected 0 to 10",
    ],
  },
])("gateway_policy: $title", ({ change, want }) => {
  const value = GatewayPolicy.fromPartial({
    source: { $case: "http", value: { path: "/hello" } },
    ...handlers({ functionName: "hello" }),
    ...change,
  });
  expect(told({ kind: "gateway_policy", value })).toEqual(want);
});

test("gateway_policy: a method of a later version", () => {
  const value = Buffer.from("0a05086312012f1a070a050a030a0166", "hex");
  expect(toldOf({ typeUrl: typeUrlOf("protomesh.types.v1.GatewayPolicy"), value })).toEqual([
    'spec.http.method: "UNRECOGNIZED" is not valid; expected one of HTTP_METHOD_UNDEFINED, HTTP_METHOD_GET, HTTP_METHOD_HEAD, HTTP_METHOD_POST, HTTP_METHOD_PUT, HTTP_METHOD_DELETE, HTTP_METHOD_CONNECT, HTTP_METHOD_OPTIONS, HTTP_METHOD_TRACE, HTTP_METHOD_PATCH',
  ]);
});
