import { violation, type RuleViolation } from "./violation.js";

/** A text that must not be empty; `expected` says what it is. */
export function filled(field: string, value: string, expected: string): RuleViolation[] {
  return value === "" ? [violation(field, value, expected)] : [];
}

/** A text of a given form. */
export function formed(field: string, value: string, form: RegExp, expected: string): RuleViolation[] {
  return form.test(value) ? [] : [violation(field, value, expected)];
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f]/;

/**
 * A label that people read and databases index: 1 to `maximumBytes` bytes of UTF-8 without control characters.
 * U+FFFD is refused as well: it stands where a client sent bytes that are not UTF-8, which no hash could give back.
 */
export function label(field: string, value: string, maximumBytes: number): RuleViolation[] {
  const expected = `1 to ${maximumBytes} bytes of UTF-8 without control characters`;
  const fits = value !== "" && Buffer.byteLength(value) <= maximumBytes;
  return fits && !control.test(value) && !value.includes("\ufffd") ? [] : [violation(field, value, expected)];
}

/** A token of RFC 9110, such as a method or a header's name. */
export function httpToken(field: string, value: string, expected: string): RuleViolation[] {
  return formed(field, value, /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, expected);
}

/** The name of an HTTP header or of a gRPC metadata key. */
export function headerName(field: string, value: string): RuleViolation[] {
  return httpToken(field, value, "a header name, such as x-user-id");
}

/** The beginning of a request's path. Queries and fragments are no part of a path, so they would never match. */
export function pathPrefix(field: string, value: string, expected = "a path that begins with /"): RuleViolation[] {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return formed(field, value, /^\/[^\s?#\u0000-\u001f\u007f]*$/, `${expected}, without spaces, ? and #`);
}

/** No text anywhere in a message may hold NUL, which neither Envoy nor Temporal nor HTTP takes. */
export function textViolations(field: string, value: unknown): RuleViolation[] {
  return holdsNul(value) ? nulViolations(field, value) : [];
}

/** The common case is answered without building any path: this runs on every write. */
function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\u0000");
  return typeof value === "object" && value !== null && Object.values(value).some(holdsNul);
}

function nulViolations(field: string, value: unknown): RuleViolation[] {
  if (typeof value === "string") {
    return holdsNul(value) ? [violation(field, value, "text without NUL characters")] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => nulViolations(`${field}[${index}]`, item));
  if (typeof value !== "object" || value === null) return [];
  if ("$case" in value && "value" in value) {
    return nulViolations(`${parentOf(field)}.${snakeCase(String(value.$case))}`, value.value);
  }
  return Object.entries(value).flatMap(([key, part]) => nulViolations(`${field}.${snakeCase(key)}`, part));
}

/** A oneof's name is no part of a field's path. */
function parentOf(field: string): string {
  return field.slice(0, field.lastIndexOf("."));
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
