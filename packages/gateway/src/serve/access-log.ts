import type { Logger } from "@protomesh/core";
import type { ServedRequest } from "./served-request.js";

/** Writes one line for each request; one whose function gave no answer is a warning. */
export function logRequest(
  log: Pick<Logger, "info" | "warn">,
  { policy, failure, durationMs, invocationMs, ...request }: ServedRequest,
): void {
  const line = {
    ...request,
    policy: policy?.name,
    policyId: policy?.id,
    durationMs: rounded(durationMs),
    invocationMs: rounded(invocationMs),
    ...(failure !== undefined && { failure: failure.kind, detail: failure.detail }),
  };
  if (failure === undefined || failure.kind === "aborted") log.info(line, "request");
  else log.warn(line, "request");
}

function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
