import type { Logger } from "@protomesh/core";
import type { ServedRequest } from "./served-request.js";

/** Writes one line for each request; one whose function gave no answer is a warning. */
export function logRequest(log: Pick<Logger, "info" | "warn">, request: ServedRequest): void {
  const { policy, failure } = request;
  // One object of one shape, field by field: it is made for every request.
  const line = {
    requestId: request.requestId,
    protocol: request.protocol,
    method: request.method,
    path: request.path,
    peer: request.peer,
    traceId: request.traceId,
    httpStatus: request.httpStatus,
    grpcStatus: request.grpcStatus,
    invocations: request.invocations,
    policy: policy?.name,
    policyId: policy?.id,
    durationMs: rounded(request.durationMs),
    invocationMs: rounded(request.invocationMs),
    failure: failure?.kind,
    detail: failure?.detail,
  };
  if (failure === undefined || failure.kind === "aborted") log.info(line, "request");
  else log.warn(line, "request");
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
