import type { Session } from "../database/pool.js";

/** How much of the past is kept; whatever one of the two gives up goes. */
export interface Retention {
  /** Events older than this many milliseconds; 0: of any age. */
  readonly ageMs: number;
  /** This many of a namespace's newest revisions; 0: all. */
  readonly revisions: number;
}

/** A namespace whose floor or events are behind what the retention asks for. */
export interface DueNamespace {
  readonly namespace: string;
  /** Where its floor should be. */
  readonly floor: bigint;
}

/**
 * The namespaces that have something to be removed. By age, the events above the floor are read in their order up to the
 * first that is young enough: those that go with this compaction, and one.
 */
export async function readDueNamespaces(
  sql: Session,
  { ageMs, revisions }: Retention,
): Promise<readonly DueNamespace[]> {
  return sql<DueNamespace[]>`
    SELECT d.namespace, d.floor
      FROM (
        SELECT n.name AS namespace, n.floor_revision, n.compacted_revision, greatest(
            n.floor_revision,
            CASE WHEN ${revisions}::bigint > 0 THEN n.revision - ${revisions}::bigint END,
            CASE WHEN ${ageMs}::bigint > 0 THEN coalesce(
              (
                SELECT e.revision - 1 FROM protomesh.event e
                  WHERE e.namespace = n.name AND e.revision > n.floor_revision
                    AND e.at >= now() - ${ageMs}::bigint * interval '1 millisecond'
                  ORDER BY e.revision LIMIT 1
              ),
              n.revision
            ) END
          ) AS floor
          FROM protomesh.namespace n
      ) d
      WHERE d.floor > d.floor_revision OR d.compacted_revision < d.floor_revision
      ORDER BY d.namespace`;
}
