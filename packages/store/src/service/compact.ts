import { invalidArgument, validateNamespace, type Violation } from "@protomesh/core";
import type { CompactRequest, CompactResponse } from "@protomesh/core/api";
import { compactBatch, raiseFloor } from "../compaction/compact-events.js";
import { futurePlace } from "../stream/places.js";
import type { OnCancelled } from "../write/namespace-writer.js";
import type { StoreContext } from "./store-context.js";

/**
 * Gives up a namespace's past up to a revision, and removes its events. A floor that is higher already stays. Where the
 * client goes away, the floor holds all the same, and the schedule removes what is left.
 */
export async function compact(
  { database, feeds }: StoreContext,
  { namespace, upToRevision }: CompactRequest,
  onCancelled: OnCancelled,
): Promise<CompactResponse> {
  const violations: Violation[] = [...validateNamespace(namespace)];
  if (upToRevision < 0n) {
    violations.push({ field: "up_to_revision", description: `${upToRevision}, expected 0 or more` });
  }
  if (violations.length > 0) throw invalidArgument(violations);
  const now = await feeds.freshHead(namespace);
  if (upToRevision > now.revision) throw futurePlace(upToRevision, now);

  const over = new AbortController();
  onCancelled(() => over.abort());
  const { floor, history } = await database.run("write", async (sql) => raiseFloor(sql, namespace, upToRevision));
  for (let more = true; more && !over.signal.aborted;) {
    ({ more } = await database.run("write", async (sql) => compactBatch(sql, namespace)));
  }
  return { floorRevision: floor, history };
}
