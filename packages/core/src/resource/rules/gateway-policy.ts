import {
  GatewayPolicy_PayloadFormat,
  HttpMethod,
  type AwsHandler_LambdaFunction,
  type GatewayPolicy,
  type GatewayPolicy_Handler,
  type HeaderMatch,
} from "../../api.js";
import { enumeration } from "./enumeration.js";
import { between, duration, notNegative } from "./number.js";
import { formed, headerName, pathPrefix } from "./text.js";
import { violation, type RuleViolation } from "./violation.js";

export function gatewayPolicyViolations(at: string, policy: GatewayPolicy): RuleViolation[] {
  const signalKey = policy.lambdaStreamSignalHeaderKey;
  return [
    ...sourceViolations(at, policy.source),
    ...(policy.handlers.length === 0 ? [violation(`${at}.handlers`, policy.handlers, "at least one handler")] : []),
    ...policy.handlers.flatMap((handler, index) => handlerViolations(`${at}.handlers[${index}]`, handler)),
    ...(signalKey === "" ? [] : headerName(`${at}.lambda_stream_signal_header_key`, signalKey)),
    ...(policy.host === "" ? [] : hostPattern(`${at}.host`, policy.host)),
    ...policy.headers.flatMap((header, index) => headerViolations(`${at}.headers[${index}]`, header)),
    ...duration(`${at}.timeout`, policy.timeout),
    ...notNegative(`${at}.max_concurrency`, policy.maxConcurrency),
    ...enumeration(`${at}.payload_format`, policy.payloadFormat, GatewayPolicy_PayloadFormat),
    ...between(`${at}.throttling_retries`, policy.throttlingRetries, { minimum: 0, maximum: 10 }, "0 to 10"),
  ];
}

function sourceViolations(at: string, source: GatewayPolicy["source"]): RuleViolation[] {
  switch (source?.$case) {
    case undefined:
      return [violation(`${at}.source`, undefined, "http or grpc")];
    case "http":
      return [
        ...enumeration(`${at}.http.method`, source.value.method, HttpMethod),
        ...pathPrefix(`${at}.http.path`, source.value.path),
      ];
    case "grpc":
      return source.value.exactMethodNameMatch
        ? fullMethod(`${at}.grpc.method_name`, source.value.methodName)
        : pathPrefix(
            `${at}.grpc.method_name`,
            source.value.methodName,
            "a method /pkg.Service/Method or its beginning",
          );
  }
}

/** A host as requests name it, without a port. */
function hostPattern(field: string, host: string): RuleViolation[] {
  const form = /^(?:\*\.)?(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$|^\[[0-9a-f:.]+\]$/i;
  return formed(field, host, form, "a host without a port, or *. and a domain");
}

/** What HTTP can carry, as requests have it: names of pseudo headers and values with spaces around them never match. */
function headerViolations(at: string, { name, value }: HeaderMatch): RuleViolation[] {
  return [
    ...headerName(`${at}.name`, name),
    ...(value === undefined
      ? []
      : formed(`${at}.value`, value, /^(?:[!-~](?:[ -~]*[!-~])?)?$/, "printable ASCII, without spaces around it")),
  ];
}

function fullMethod(field: string, name: string): RuleViolation[] {
  return formed(field, name, /^\/[^/\s?#]+\/[^/\s?#]+$/, "a full method name, /pkg.Service/Method");
}

function handlerViolations(at: string, { handler }: GatewayPolicy_Handler): RuleViolation[] {
  if (handler === undefined) return [violation(`${at}.handler`, undefined, "aws")];
  const lambda = handler.value.handler;
  if (lambda === undefined) return [violation(`${at}.aws.handler`, undefined, "lambda")];
  return lambdaViolations(`${at}.aws.lambda`, lambda.value);
}

/** Wider than AWS's own pattern, which the gateway's endpoint may not share. */
function lambdaViolations(at: string, { functionName, qualifier }: AwsHandler_LambdaFunction): RuleViolation[] {
  return [
    ...formed(
      `${at}.function_name`,
      functionName,
      /^[\w.:$-]{1,256}$/,
      "a function's name or ARN: up to 256 letters, digits, _ . : $ -",
    ),
    ...formed(
      `${at}.qualifier`,
      qualifier,
      /^[\w$-]{0,128}$/,
      "a version or an alias: up to 128 letters, digits, _ $ -",
    ),
  ];
}
