import type { InvocationFailure } from "./invoker.js";

/** The failure that an answer of the Lambda API other than success tells of. */
export function apiFailureOf(
  status: number,
  errorType: string,
  message: string,
  retryAfter: string | undefined,
): InvocationFailure {
  const detail = `${errorType} (${status}): ${message}`;
  if (status === 429) {
    const seconds = Number(retryAfter);
    return { kind: "throttled", retryAfterSeconds: Number.isInteger(seconds) && seconds > 0 ? seconds : undefined };
  }
  if (status === 404) return { kind: "not-found", detail };
  if (status === 403) return { kind: "denied", detail };
  if (status === 413) return { kind: "too-large" };
  return status >= 500 ? { kind: "unavailable", detail } : { kind: "refused", detail };
}

/**
 * The failure of a function that ended with an error, as Lambda describes it in JSON.
 * @param code what Lambda calls it where the description names no type: at the end of a stream
 */
export function functionFailureOf(description: Uint8Array | string, code?: string): InvocationFailure {
  const text = typeof description === "string" ? description : Buffer.from(description).toString();
  const { errorType = code ?? "Unknown", errorMessage } = describedError(text);
  // Older runtimes give a timeout no type, but only this message.
  if (errorType === "Sandbox.Timedout" || / Task timed out after \d/.test(errorMessage)) {
    return { kind: "function-timeout" };
  }
  return { kind: "function-error", errorType, detail: text };
}

function describedError(text: string): { readonly errorType: string | undefined; readonly errorMessage: string } {
  try {
    const described: unknown = JSON.parse(text);
    return {
      errorType: textField(described, "errorType"),
      errorMessage: textField(described, "errorMessage") ?? "",
    };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { errorType: undefined, errorMessage: text };
  }
}

function textField(described: unknown, name: string): string | undefined {
  if (typeof described !== "object" || described === null) return undefined;
  const value: unknown = Reflect.get(described, name);
  return typeof value === "string" ? value : undefined;
}
