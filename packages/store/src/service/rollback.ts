import { invalidArgument, validateNamespace, type Violation } from "@protomesh/core";
import type { RollbackRequest, RollbackResponse } from "@protomesh/core/api";
import type { Session } from "../database/pool.js";
import { lockHead } from "../read/head.js";
import { readWayBack } from "../read/read-way-back.js";
import { futurePlace, lostPlace } from "../stream/places.js";
import { writeOf, type Write } from "../write/write.js";
import { applyResultOf, rehearsedResult } from "./apply.js";
import { requestIdViolations, requestOf } from "./request-checks.js";
import type { StoreContext } from "./store-context.js";
import { committedOf } from "./write-answer.js";

/**
 * Writes a namespace back to what it was at a past revision, as one new revision. What comes between reading the past and
 * writing is nothing: the namespace is locked from before the one until after the other. Resources keep the apply sets that
 * they are in now.
 */
export async function rollback(
  { writers }: StoreContext,
  { namespace, toRevision, dryRun, requestId }: RollbackRequest,
  author: string | undefined,
): Promise<RollbackResponse> {
  const violations: Violation[] = [...validateNamespace(namespace), ...requestIdViolations(requestId)];
  if (toRevision < 0n) violations.push({ field: "to_revision", description: `${toRevision}, expected 0 or more` });
  if (violations.length > 0) throw invalidArgument(violations);

  const request = requestOf(requestId, ["rollback", String(toRevision)]);
  const plan = async (sql: Session): Promise<Write> => {
    const head = await lockHead(sql, namespace);
    if (toRevision > head.revision) throw futurePlace(toRevision, head);
    if (toRevision < head.floor) throw lostPlace(toRevision, head);
    return writeOf(await readWayBack(sql, namespace, toRevision), { request, author });
  };
  if (dryRun) {
    const { result, head } = await writers.rehearse(namespace, plan);
    const { items, history } = committedOf(result);
    return { results: items.map(rehearsedResult), revision: head, history };
  }
  const { items, revision, history } = committedOf(await writers.carryOut(namespace, plan));
  return { results: items.map(applyResultOf), revision, history };
}
