import { status, type ServiceError } from "@grpc/grpc-js";
import { errorDetailsOf } from "@protomesh/core";
import { BadRequest, VersionConflict } from "@protomesh/core/api";
import { exitCode } from "../exit-code.js";
import { Failure } from "../failure.js";
import type { StoreOptions } from "./store-options.js";

/** How a refused or failed call is told: what the store said, and what to do about it. */
export function storeFailure(
  error: ServiceError,
  { server, timeout }: Pick<StoreOptions, "server" | "timeout">,
): Failure {
  const cause = error;
  switch (error.code) {
    case status.UNAVAILABLE:
      return new Failure(exitCode.unavailable, `the store at ${server} is not available`, {
        details: [connectionTrouble(error.details)],
        next: "see that a store serves gRPC there, is ready (its /readyz) and speaks TLS where you do; --server names another.",
        cause,
      });
    case status.DEADLINE_EXCEEDED:
      return new Failure(exitCode.unavailable, `the store at ${server} did not answer within ${timeout / 1000} s`, {
        details: [error.details],
        next: "look at the store's /readyz and log, or give it longer with --timeout.",
        cause,
      });
    case status.INVALID_ARGUMENT:
      return new Failure(exitCode.invalid, "the store refuses this", {
        details: refusalsOf(error),
        next: "correct what is named, and try again.",
        cause,
      });
    case status.OUT_OF_RANGE:
      return new Failure(exitCode.no, error.details, {
        next: "protomesh history shows the revisions that are kept.",
        cause,
      });
    case status.NOT_FOUND:
      return new Failure(exitCode.no, error.details, { next: "protomesh list shows what is there.", cause });
    case status.ABORTED:
    case status.ALREADY_EXISTS:
    case status.FAILED_PRECONDITION:
      return new Failure(exitCode.conflict, error.details, {
        details: conflictsOf(error),
        next: "look at the present state (protomesh list, protomesh history), and try again.",
        cause,
      });
    case status.PERMISSION_DENIED:
    case status.UNAUTHENTICATED:
      return new Failure(exitCode.denied, `the store at ${server} does not allow this`, {
        details: [error.details],
        next: "give a client certificate (--cert, --key) or a token (--token-file) of somebody who may do it.",
        cause,
      });
    case status.UNIMPLEMENTED:
      return new Failure(exitCode.failed, `the store at ${server} cannot do this`, {
        details: [error.details],
        next: "bring the store to this program's version; protomesh version tells it.",
        cause,
      });
    case status.RESOURCE_EXHAUSTED:
      return new Failure(exitCode.failed, `the store at ${server} refuses so much`, {
        details: [error.details],
        next: "send less at once, or raise the limit that is named.",
        cause,
      });
    case status.OK:
    case status.CANCELLED:
    case status.UNKNOWN:
    case status.INTERNAL:
    case status.DATA_LOSS:
      return new Failure(exitCode.failed, `the store at ${server} failed: ${status[error.code]}`, {
        details: [error.details],
        next: "look at the store's log.",
        cause,
      });
  }
}

/** Whether a revision was asked for that is not kept any more. */
export function isNotKept(error: unknown): boolean {
  return codeOf(error) === status.OUT_OF_RANGE;
}

/** Whether the store is of a version that does not know the call. */
export function isUnimplemented(error: unknown): boolean {
  return codeOf(error) === status.UNIMPLEMENTED;
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Failure)) return undefined;
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}

/**
 * grpc-js wraps the socket's error in a sentence for each of its policies, and OpenSSL its own in numbers and places of its
 * source; the innermost is what people need.
 */
function connectionTrouble(details: string): string {
  const innermost = details
    .replace(/^.*Last error: (?:Error: )?/s, "")
    .replace(/\. Resolution note:.*$/s, "")
    .replace(/^[0-9A-F]+:error:[0-9A-F]+:(.*?):[^:]*\.c:\d+:\s*$/s, "$1");
  return innermost.replaceAll(/\s+/g, " ").trim();
}

/** Field by field where the store says so. */
function refusalsOf(error: ServiceError): readonly string[] {
  const violations = errorDetailsOf(error)
    .filter(({ typeUrl }) => typeUrl.endsWith("/google.rpc.BadRequest"))
    .flatMap(({ value }) => BadRequest.decode(value).fieldViolations);
  return violations.length === 0
    ? [error.details]
    : violations.map(({ field, description }) => `${field}: ${description}`);
}

function conflictsOf(error: ServiceError): readonly string[] {
  return errorDetailsOf(error)
    .filter(({ typeUrl }) => typeUrl.endsWith("/protomesh.services.v1.VersionConflict"))
    .map(({ value }) => VersionConflict.decode(value))
    .map(({ resourceId, current }) =>
      current === undefined ? `${resourceId} is not there` : `${resourceId} is at revision ${current.index}`,
    );
}
