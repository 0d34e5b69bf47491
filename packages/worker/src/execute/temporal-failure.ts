import { status, type ServiceError } from "@grpc/grpc-js";
import { errorDetailsOf } from "@protomesh/core";

/** An error with which a gRPC call ended, as opposed to a mistake in the program. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "details" in error;
}

/** Whether Temporal says that there is no such run, as opposed to no such namespace. */
export function isNoSuchRun(error: unknown): boolean {
  return isServiceError(error) && error.code === status.NOT_FOUND && !isUnknownNamespace(error);
}

export function isUnknownNamespace(error: unknown): boolean {
  return (
    isServiceError(error) &&
    errorDetailsOf(error).some(({ typeUrl }) =>
      typeUrl.endsWith("/temporal.api.errordetails.v1.NamespaceNotFoundFailure"),
    )
  );
}

/** `NAME: what the server said`, for people. */
export function failureText(error: unknown): string {
  if (isServiceError(error)) return `${status[error.code]}: ${error.details}`;
  return error instanceof Error ? error.message : String(error);
}
