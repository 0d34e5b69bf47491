import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import { RpcStatus } from "../api.js";
import type { Logger } from "../logging/index.js";
import { DomainError, type ErrorCode } from "./domain-error.js";

const codes: Record<ErrorCode, status> = {
  "invalid-argument": status.INVALID_ARGUMENT,
  "not-found": status.NOT_FOUND,
  "already-exists": status.ALREADY_EXISTS,
  "permission-denied": status.PERMISSION_DENIED,
  "resource-exhausted": status.RESOURCE_EXHAUSTED,
  "failed-precondition": status.FAILED_PRECONDITION,
  aborted: status.ABORTED,
  "out-of-range": status.OUT_OF_RANGE,
  unimplemented: status.UNIMPLEMENTED,
  unavailable: status.UNAVAILABLE,
  unauthenticated: status.UNAUTHENTICATED,
};

/**
 * The gRPC status of an error: a domain error as it is, with its details as google.rpc.Status in
 * `grpc-status-details-bin`; anything else is INTERNAL without a word of what it was, and is logged.
 */
export function serviceErrorOf(error: unknown, log: Pick<Logger, "error">): StatusObject {
  if (!(error instanceof DomainError)) {
    log.error({ err: error }, "request failed unexpectedly");
    return { code: status.INTERNAL, details: "internal error", metadata: new Metadata() };
  }
  const code = codes[error.code];
  const metadata = new Metadata();
  if (error.details.length > 0) {
    const rich = RpcStatus.encode({ code, message: error.message, details: [...error.details] }).finish();
    metadata.set("grpc-status-details-bin", Buffer.from(rich));
  }
  return { code, details: error.message, metadata };
}

/** The packed details of a gRPC error that a call ended with; none where it has none or they cannot be read. */
export function errorDetailsOf(error: { metadata?: Metadata }): RpcStatus["details"] {
  const [encoded] = error.metadata?.get("grpc-status-details-bin") ?? [];
  return Buffer.isBuffer(encoded) ? RpcStatus.decode(encoded).details : [];
}
