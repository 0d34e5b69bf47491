import { status, type ServiceError } from "@grpc/grpc-js";
import { ApplicationFailure } from "@temporalio/common";

/** Repeating a call that the store answered so gives the same answer. */
const final: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.ABORTED,
  status.UNIMPLEMENTED,
]);

/**
 * A failure of the store as a workflow sees it: its type is the name of the gRPC code. ABORTED (the resource has another
 * version than the caller expected) is final too: only the workflow can decide upon what it finds now.
 */
export function failureOfStore(error: ServiceError): ApplicationFailure {
  return ApplicationFailure.create({
    type: status[error.code],
    message: error.details,
    nonRetryable: final.has(error.code),
    cause: error,
  });
}

/** The activity was called with something that it cannot read; calling it again does not help. */
export function badArguments(message: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({
    type: status[status.INVALID_ARGUMENT],
    message,
    nonRetryable: true,
    ...(cause !== undefined && { cause }),
  });
}
