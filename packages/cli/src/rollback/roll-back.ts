import { randomUUID } from "node:crypto";
import { ResourceStoreService, type ApplyResult } from "@protomesh/core/api";
import type { Applied, Result } from "../apply/apply-resources.js";
import { outcomeOf } from "../apply/outcome.js";
import { listResources } from "../client/list-resources.js";
import type { StoreSession } from "../client/store-session.js";

/** Writes a namespace back to what it was at a past revision, as a new one; or says what that would do. */
export async function rollBack(
  session: StoreSession,
  namespace: string,
  toRevision: bigint,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Applied> {
  const request = { namespace, toRevision, dryRun, requestId: dryRun ? "" : randomUUID() };
  const { results, revision } = await session.call(ResourceStoreService.rollback, request);
  const past = await listResources(session, { namespace, revision: toRevision });
  const byId = new Map(past.resources.map((resource) => [resource.id, resource]));
  return {
    namespace,
    revision,
    results: results
      .map(({ resourceId, outcome, version }: ApplyResult): Result => ({
        id: resourceId,
        resource: byId.get(resourceId),
        index: version?.index ?? 0n,
        outcome: outcomeOf(outcome),
      }))
      .filter(({ outcome }) => outcome !== "unchanged"),
  };
}
