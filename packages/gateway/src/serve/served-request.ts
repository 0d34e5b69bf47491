import type { Policy } from "../routes/policy.js";

/** What became of one request: what the access log and the metrics tell. */
export interface ServedRequest {
  readonly requestId: string;
  /** `http/1.1`, `h2`, `grpc`, `grpc-web`. */
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  readonly peer: string;
  readonly traceId: string | undefined;
  /** Undefined where no policy takes the request. */
  readonly policy: Policy | undefined;
  readonly httpStatus: number;
  /** Undefined for HTTP. */
  readonly grpcStatus: number | undefined;
  /** Of it all, and of that in Lambda, in milliseconds. */
  readonly durationMs: number;
  readonly invocationMs: number;
  readonly invocations: number;
  /** Why there was no answer of the function, in words for the log; undefined where there was one. */
  readonly failure: { readonly kind: string; readonly detail: string } | undefined;
}

/** What a protocol's part of serving adds to it. */
export type Outcome = Pick<ServedRequest, "grpcStatus" | "failure">;
