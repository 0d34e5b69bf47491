import { fails, holds, type StatusReport } from "@protomesh/core";
import { winnerOver, type Model } from "../routes/model.js";
import { matchText } from "../routes/policy.js";
import type { Trouble, TroubleKind } from "./function-trouble.js";

interface Told {
  readonly reason: string;
  readonly says: string;
  /** Whether the policy serves all the same: Lambda takes other requests, or will take them soon. */
  readonly serves: boolean;
}

const told: Readonly<Record<TroubleKind, Told>> = {
  "not-found": { reason: "FunctionNotFound", says: "a function does not exist", serves: false },
  denied: { reason: "AccessDenied", says: "the gateway may not invoke a function", serves: false },
  throttled: { reason: "Throttled", says: "Lambda throttles its requests", serves: true },
  "over-limit": { reason: "OverLimit", says: "it has as many requests under way as it may", serves: true },
};

/** What is to be said of a resource; undefined: nothing, as it is no policy of this gateway's. */
export function policyReport(
  model: Pick<Model, "table" | "policies" | "invalid">,
  id: string,
  trouble: Trouble | undefined,
): StatusReport | undefined {
  const invalid = model.invalid.get(id);
  if (invalid !== undefined)
    return { index: invalid.index, statements: [fails("Accepted", "Invalid", invalid.reason)] };
  const policy = model.policies.get(id);
  if (policy === undefined) return undefined;
  const { index, match } = policy;
  const winner = winnerOver(model, policy);
  if (winner !== undefined) {
    const message = `${matchText(match)} is served by the older policy ${winner.name} (${winner.id})`;
    return { index, statements: [holds("Conflict", "MatchTaken", message)], details: { servedBy: winner.id } };
  }
  if (trouble === undefined) {
    return { index, statements: [holds("Programmed", "Serving", `serves ${matchText(match)}`)] };
  }
  const { reason, says, serves } = told[trouble.kind];
  const last = new Date(trouble.lastAt).toISOString();
  const message = `${says}: ${trouble.detail} (${trouble.count} ${trouble.count === 1 ? "request" : "requests"}, last ${last})`;
  return {
    index,
    statements: [serves ? holds("Programmed", reason, message) : fails("Programmed", reason, message)],
    details: { failures: `${trouble.count}`, lastFailure: last },
  };
}
