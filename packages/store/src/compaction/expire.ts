import type { Session } from "../database/pool.js";

/** At most this many rows go with one statement. */
const batchRows = 2_000;

/** A kind of rows that are forgotten when they are old enough; of one namespace at a time, as a database may shard by it. */
export interface Expiring {
  /** The namespaces that have such rows. */
  readonly namespaces: (sql: Session, olderThanMs: number) => Promise<readonly string[]>;
  /** Removes some of them; `more` says whether there may be others. */
  readonly expire: (sql: Session, namespace: string, olderThanMs: number) => Promise<{ readonly more: boolean }>;
}

/** Answers to requests: one that comes again later is carried out again. */
export const requests: Expiring = {
  namespaces: async (sql, olderThanMs) =>
    namesOf(
      await sql<Named[]>`
        SELECT n.name AS namespace FROM protomesh.namespace n
          WHERE EXISTS (
            SELECT FROM protomesh.request r
              WHERE r.namespace = n.name AND r.at < now() - ${olderThanMs}::bigint * interval '1 millisecond'
          )`,
    ),
  expire: async (sql, namespace, olderThanMs) =>
    moreAfter(
      await sql`
        DELETE FROM protomesh.request r
          USING (
            SELECT o.id FROM protomesh.request o
              WHERE o.namespace = ${namespace} AND o.at < now() - ${olderThanMs}::bigint * interval '1 millisecond'
              ORDER BY o.at LIMIT ${batchRows}
          ) old
          WHERE r.namespace = ${namespace} AND r.id = old.id`,
    ),
};

/** Statuses that were removed: until then, who watches hears of the removal. */
export const removedStatuses: Expiring = {
  namespaces: async (sql, olderThanMs) =>
    namesOf(
      await sql<Named[]>`
        SELECT DISTINCT s.namespace FROM protomesh.status s
          WHERE s.body IS NULL AND s.reported_at < now() - ${olderThanMs}::bigint * interval '1 millisecond'`,
    ),
  expire: async (sql, namespace, olderThanMs) =>
    moreAfter(
      await sql`
        DELETE FROM protomesh.status s
          USING (
            SELECT o.resource_id, o.reporter FROM protomesh.status o
              WHERE o.namespace = ${namespace} AND o.body IS NULL
                AND o.reported_at < now() - ${olderThanMs}::bigint * interval '1 millisecond'
              LIMIT ${batchRows}
          ) old
          WHERE s.namespace = ${namespace} AND s.resource_id = old.resource_id AND s.reporter = old.reporter
            -- It may have been reported again meanwhile.
            AND s.body IS NULL`,
    ),
};

interface Named {
  readonly namespace: string;
}

function namesOf(rows: readonly Named[]): readonly string[] {
  return rows.map(({ namespace }) => namespace);
}

function moreAfter({ count }: { readonly count: number }): { readonly more: boolean } {
  return { more: count >= batchRows };
}
