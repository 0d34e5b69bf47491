import { isConnectionHeader, isHeader, type HeaderPairs } from "../front/header-pairs.js";
import { bytesOfBase64 } from "./base64.js";

/** A function's answer to a proxy event. */
export interface Answer {
  /** Undefined where the function leaves it out, which means success. */
  readonly statusCode: number | undefined;
  /** Names in lower case; without pseudo and connection headers. */
  readonly headers: HeaderPairs;
  /** Sent after the body, where the protocol can; an addition to API Gateway's format. */
  readonly trailers: HeaderPairs;
  readonly body: Buffer;
}

/** An answer, or what is wrong with it: for the log, not for the client. */
export type AnswerReading = { readonly answer: Answer } | { readonly malformed: string };

const nothing = Buffer.alloc(0);

/**
 * Reads the JSON that a function answered with. `headers` and `multiValueHeaders` are merged, `cookies` become
 * `set-cookie`. A body that is not marked base64 is its UTF-8 bytes.
 */
export function answerOf(payload: Uint8Array): AnswerReading {
  const parsed = parsedJson(payload);
  if (parsed === undefined) return { malformed: "the answer is not JSON" };
  if (!isRecord(parsed.value)) return { malformed: "the answer is not a JSON object" };
  return answerOfFields(parsed.value);
}

/**
 * The same in payload format 2.0, for HTTP: what names no `statusCode` is itself the body, JSON with status 200.
 * Source: "Lambda function response for format 2.0", docs.aws.amazon.com.
 */
export function inferredAnswerOf(payload: Uint8Array): AnswerReading {
  const parsed = parsedJson(payload);
  if (parsed === undefined) return { malformed: "the answer is not JSON" };
  if (isRecord(parsed.value) && "statusCode" in parsed.value) return answerOfFields(parsed.value);
  const body = typeof parsed.value === "string" ? Buffer.from(parsed.value) : Buffer.from(payload);
  return { answer: { statusCode: 200, headers: [["content-type", "application/json"]], trailers: [], body } };
}

function answerOfFields(fields: Readonly<Record<string, unknown>>): AnswerReading {
  const statusCode = statusCodeOf(fields["statusCode"]);
  if (statusCode === "malformed") return { malformed: "statusCode is not a number from 100 to 599" };
  const headers: (readonly [string, string])[] = [];
  const trailers: (readonly [string, string])[] = [];
  const problem =
    readHeaders(fields, "multiValueHeaders", "headers", headers) ??
    readHeaders(fields, "multiValueTrailers", "trailers", trailers) ??
    readCookies(fields["cookies"], headers);
  if (problem !== undefined) return { malformed: problem };
  const body = bodyOf(fields["body"], fields["isBase64Encoded"] === true);
  if (typeof body === "string") return { malformed: body };
  return { answer: { statusCode, headers, trailers, body } };
}

function statusCodeOf(value: unknown): number | undefined | "malformed" {
  if (value === undefined || value === null) return undefined;
  const code = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof code === "number" && Number.isInteger(code) && code >= 100 && code <= 599 ? code : "malformed";
}

/** Adds all values of the first field, then those of the second that the first does not already have. */
function readHeaders(
  fields: Readonly<Record<string, unknown>>,
  multiple: string,
  single: string,
  into: (readonly [string, string])[],
): string | undefined {
  for (const field of [multiple, single]) {
    const headers = fields[field] ?? {};
    if (!isRecord(headers)) return `${field} is not an object`;
    for (const [name, value] of Object.entries(headers)) {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const each of values) {
        const problem = addHeader(`${field}.${name}`, name.toLowerCase(), each, into, field === single);
        if (problem !== undefined) return problem;
      }
    }
  }
  return undefined;
}

function addHeader(
  field: string,
  name: string,
  value: unknown,
  into: (readonly [string, string])[],
  unlessKnown = false,
): string | undefined {
  if (value === null || value === undefined || isConnectionHeader(name)) return undefined;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    return `${field} is neither text nor a number`;
  }
  const text = String(value);
  if (!isHeader(name, text)) return `${field} is no header that HTTP can carry`;
  const isKnown = unlessKnown && into.some(([knownName, knownValue]) => knownName === name && knownValue === text);
  if (!isKnown) into.push([name, text]);
  return undefined;
}

function readCookies(cookies: unknown, into: (readonly [string, string])[]): string | undefined {
  if (cookies === undefined || cookies === null) return undefined;
  if (!Array.isArray(cookies)) return "cookies is not an array";
  for (const [position, cookie] of cookies.entries()) {
    const problem = addHeader(`cookies[${position}]`, "set-cookie", cookie, into);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The bytes, or what is wrong with them. */
function bodyOf(body: unknown, isBase64: boolean): Buffer | string {
  if (body === undefined || body === null) return nothing;
  if (typeof body !== "string") return "body is not a string";
  if (!isBase64) return Buffer.from(body);
  return bytesOfBase64(body) ?? "body is marked base64 and is not base64";
}

function parsedJson(payload: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString());
    return { value };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
