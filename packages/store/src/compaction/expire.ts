import type { Session } from "../database/pool.js";

/** At most this many rows of a kind go with one statement. */
const batchRows = 2_000;

/** What one statement removed. */
export interface Expired {
  readonly removed: number;
  readonly more: boolean;
}

/** Forgets answers to requests that are older than this: one that comes again is carried out again. */
export async function expireRequests(sql: Session, olderThanMs: number): Promise<Expired> {
  return expired(
    await sql`
      DELETE FROM protomesh.request r
        USING (
          SELECT o.namespace, o.id FROM protomesh.namespace n
            CROSS JOIN LATERAL (
              SELECT * FROM protomesh.request o
                WHERE o.namespace = n.name AND o.at < now() - ${olderThanMs}::bigint * interval '1 millisecond'
                ORDER BY o.at LIMIT ${batchRows}
            ) o
            LIMIT ${batchRows}
        ) old
        WHERE r.namespace = old.namespace AND r.id = old.id`,
  );
}

/** Forgets statuses that were removed longer ago than this. Until then, who watches hears of the removal. */
export async function expireStatuses(sql: Session, olderThanMs: number): Promise<Expired> {
  return expired(
    await sql`
      DELETE FROM protomesh.status s
        USING (
          SELECT o.namespace, o.resource_id, o.reporter FROM protomesh.status o
            WHERE o.body IS NULL AND o.reported_at < now() - ${olderThanMs}::bigint * interval '1 millisecond'
            LIMIT ${batchRows}
        ) old
        WHERE s.namespace = old.namespace AND s.resource_id = old.resource_id AND s.reporter = old.reporter
          -- It may have been reported again meanwhile.
          AND s.body IS NULL`,
  );
}

function expired({ count }: { readonly count: number }): Expired {
  return { removed: count, more: count >= batchRows };
}
