import type { Any } from "../api.js";

/** What can go wrong by design; one for each gRPC code that this project answers on purpose. */
export type ErrorCode =
  | "invalid-argument"
  | "not-found"
  | "already-exists"
  | "permission-denied"
  | "resource-exhausted"
  | "failed-precondition"
  | "aborted"
  | "out-of-range"
  | "unimplemented"
  | "unavailable"
  | "unauthenticated";

/** One field of a request that is wrong. */
export interface Violation {
  /** The field's path, such as `spec.http_ingress.listen_port`. */
  readonly field: string;
  /** The value given and what was expected, as a sentence without a final stop. */
  readonly description: string;
}

/** An outcome that the caller is told of as it is: its message and details leave the process. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: ErrorCode;
  /** Packed google.rpc or Protomesh messages, for machines. */
  readonly details: readonly Any[];

  constructor(code: ErrorCode, message: string, options: { details?: readonly Any[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? [];
  }
}
