/** A function as a request names it. */
export interface FunctionReference {
  readonly name: string;
  /** A version or an alias; undefined means `$LATEST`. */
  readonly qualifier: string | undefined;
}

const namePattern = /^[A-Za-z0-9_-]{1,140}$/;
const qualifierPattern = /^(\$LATEST|[A-Za-z0-9_-]{1,128})$/;

/**
 * Reads a function's name, full ARN (`arn:aws:lambda:eu-west-1:123456789012:function:name`) or partial ARN
 * (`123456789012:function:name`), each with or without `:qualifier`. Undefined where it is none of them.
 */
export function functionReferenceOf(text: string): FunctionReference | undefined {
  const parts = text.split(":");
  const nameAt = nameIndexOf(parts);
  if (nameAt === undefined) return undefined;
  const [name, qualifier, ...rest] = parts.slice(nameAt);
  if (name === undefined || rest.length > 0 || !namePattern.test(name)) return undefined;
  if (qualifier !== undefined && !qualifierPattern.test(qualifier)) return undefined;
  return { name, qualifier };
}

/** The ARN that answers name a function by: this endpoint has one account and one region. */
export function arnOf(reference: FunctionReference): string {
  const arn = `arn:aws:lambda:us-east-1:123456789012:function:${reference.name}`;
  return reference.qualifier === undefined ? arn : `${arn}:${reference.qualifier}`;
}

function nameIndexOf(parts: readonly string[]): number | undefined {
  if (parts[0] === "arn") return parts[2] === "lambda" && parts[5] === "function" ? 6 : undefined;
  if (parts[1] === "function") return /^\d{12}$/.test(parts[0] ?? "") ? 2 : undefined;
  return 0;
}
