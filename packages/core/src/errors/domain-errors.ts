import { BadRequest, ResumeRange, VersionConflict, type Any } from "../api.js";
import { DomainError, type Violation } from "./domain-error.js";

/** INVALID_ARGUMENT: the request is wrong by itself; carries google.rpc.BadRequest. */
export function invalidArgument(violations: readonly Violation[]): DomainError {
  const message = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
  const details = [
    packed(
      "google.rpc.BadRequest",
      BadRequest.encode({ fieldViolations: violations.map(({ field, description }) => ({ field, description })) }),
    ),
  ];
  return new DomainError("invalid-argument", message, { details });
}

/** NOT_FOUND: what was asked for is not there. */
export function notFound(message: string): DomainError {
  return new DomainError("not-found", message);
}

/** ABORTED: somebody else was faster; carries the version that stands in the way. */
export function versionConflict(message: string, conflict: VersionConflict): DomainError {
  const details = [packed("protomesh.services.v1.VersionConflict", VersionConflict.encode(conflict))];
  return new DomainError("aborted", message, { details });
}

/** OUT_OF_RANGE: the place in the stream is gone for ever; carries what is left. */
export function compacted(message: string, range: ResumeRange): DomainError {
  return new DomainError("out-of-range", message, { details: [packedRange(range)] });
}

/** FAILED_PRECONDITION: the place in the stream does not exist yet; carries what does. */
export function beyondHead(message: string, range: ResumeRange): DomainError {
  return new DomainError("failed-precondition", message, { details: [packedRange(range)] });
}

/** FAILED_PRECONDITION: the request is right, but not in the present state. */
export function failedPrecondition(message: string): DomainError {
  return new DomainError("failed-precondition", message);
}

/** RESOURCE_EXHAUSTED: a limit was met; the message names it. */
export function resourceExhausted(message: string): DomainError {
  return new DomainError("resource-exhausted", message);
}

/** UNAVAILABLE: not now; trying again later may help. */
export function unavailable(message: string, cause?: unknown): DomainError {
  return new DomainError("unavailable", message, { cause });
}

/** UNIMPLEMENTED: this server does not do that. */
export function unimplemented(message: string): DomainError {
  return new DomainError("unimplemented", message);
}

function packedRange(range: ResumeRange): Any {
  return packed("protomesh.services.v1.ResumeRange", ResumeRange.encode(range));
}

function packed(type: string, message: { finish(): Uint8Array }): Any {
  return { typeUrl: `type.googleapis.com/${type}`, value: Buffer.from(message.finish()) };
}
