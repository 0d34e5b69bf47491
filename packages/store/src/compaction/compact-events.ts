import type { Session } from "../database/pool.js";
import type { Head } from "../read/head.js";

/**
 * Raises a namespace's floor: from its commit on nobody can resume or look back below it. A floor never sinks, and one above
 * the head is not taken.
 * @returns the head with the floor that holds now
 */
export async function raiseFloor(sql: Session, namespace: string, floor: bigint): Promise<Head> {
  await sql`
    UPDATE protomesh.namespace SET floor_revision = ${floor}
      WHERE name = ${namespace} AND floor_revision < ${floor} AND revision >= ${floor}`;
  const [head] = await sql<Head[]>`
    SELECT coalesce(max(revision), 0) AS revision, coalesce(max(floor_revision), 0) AS floor,
        protomesh.current_history() AS history
      FROM protomesh.namespace WHERE name = ${namespace}`;
  if (head === undefined) throw new Error("a query of one row answered none");
  return head;
}

/** What one call of `protomesh.compact_events` did. */
export interface CompactedBatch {
  /** Events. */
  readonly removed: bigint;
  readonly more: boolean;
}

/** Few enough that a write waits for the namespace's row some milliseconds only. */
const batchEvents = 500;

/** Removes a batch of the events below the floor that nothing needs; see the migration. */
export async function compactBatch(sql: Session, namespace: string): Promise<CompactedBatch> {
  const [batch] = await sql<CompactedBatch[]>`
    SELECT removed, more FROM protomesh.compact_events(${namespace}, ${batchEvents})`;
  if (batch === undefined) throw new Error("compact_events answered nothing");
  return batch;
}
