import { code, type GrpcStatus } from "../grpc/status.js";
import type { InvocationFailure } from "./invoker.js";

/** Why a request has no answer of its function: the invocation failed, or what it gave is no answer. */
export type CallFailure =
  | InvocationFailure
  | { readonly kind: "malformed"; readonly detail: string }
  /** The policy has as many requests under way as it may. */
  | { readonly kind: "over-limit" }
  | { readonly kind: "deadline" };

/** What a client is told of a failure; never the function's own words, which stay in the log. */
interface Told {
  readonly httpStatus: number;
  readonly grpcCode: number;
  readonly message: string;
}

const told: Readonly<Record<CallFailure["kind"], Told>> = {
  "function-error": { httpStatus: 502, grpcCode: code.internal, message: "the function failed" },
  "function-timeout": { httpStatus: 504, grpcCode: code.deadlineExceeded, message: "the function took too long" },
  "over-limit": { httpStatus: 429, grpcCode: code.resourceExhausted, message: "too many requests under way" },
  throttled: { httpStatus: 429, grpcCode: code.resourceExhausted, message: "too many requests to the function" },
  "not-found": { httpStatus: 502, grpcCode: code.internal, message: "the function does not exist" },
  denied: { httpStatus: 502, grpcCode: code.internal, message: "the gateway may not invoke the function" },
  "too-large": { httpStatus: 413, grpcCode: code.resourceExhausted, message: "the request is too large" },
  unavailable: { httpStatus: 503, grpcCode: code.unavailable, message: "Lambda cannot be reached" },
  refused: { httpStatus: 502, grpcCode: code.internal, message: "Lambda refused the invocation" },
  malformed: { httpStatus: 502, grpcCode: code.internal, message: "the function's answer cannot be understood" },
  deadline: { httpStatus: 504, grpcCode: code.deadlineExceeded, message: "the deadline has passed" },
  aborted: { httpStatus: 499, grpcCode: code.cancelled, message: "the request was taken back" },
};

/** The answer of HTTP to a failure: JSON that names the request. */
export function httpFailure(
  failure: CallFailure,
  requestId: string,
): { readonly status: number; readonly headers: readonly (readonly [string, string])[]; readonly body: Buffer } {
  const { httpStatus, message } = told[failure.kind];
  const retryAfter = failure.kind === "throttled" ? failure.retryAfterSeconds : undefined;
  return {
    status: httpStatus,
    headers: [
      ["content-type", "application/json"],
      ...(retryAfter === undefined ? [] : [["retry-after", `${retryAfter}`] as const]),
    ],
    body: Buffer.from(JSON.stringify({ message, requestId })),
  };
}

/** The status of gRPC for a failure. */
export function grpcFailure(failure: CallFailure, requestId: string): GrpcStatus {
  const { grpcCode, message } = told[failure.kind];
  return { code: grpcCode, message: `${message} (request ${requestId})` };
}

/** What the log says of a failure, the function's own words included. */
export function failureDetail(failure: CallFailure): string {
  return "detail" in failure ? failure.detail : told[failure.kind].message;
}
