import { arrayLiteral, textElement } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";
import type { StatusRow } from "./status-row.js";

/** Which statuses somebody wants; an empty list stands for all. */
export interface StatusFilter {
  readonly resourceIds: readonly string[];
  readonly reporters: readonly string[];
}

export interface StatusSnapshot {
  readonly rows: readonly StatusRow[];
  /** The clock: every change up to here is in the rows. */
  readonly revision: bigint;
  /** Whether there are changes after it already. */
  readonly more: boolean;
  /** The database's time when it was read, in microseconds since 1970. */
  readonly nowMicros: bigint;
}

type Row = (StatusRow | { readonly [Column in keyof StatusRow]: null }) & {
  readonly clock: bigint;
  readonly more: boolean;
  readonly now_micros: bigint;
};

const nowMicros = (sql: Session) => sql`(extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now_micros`;

/** The statuses of a namespace now. */
export async function readStatuses(
  sql: Session,
  namespace: string,
  { resourceIds, reporters }: StatusFilter,
): Promise<StatusSnapshot> {
  return snapshotOf(
    await sql<Row[]>`
      SELECT c.revision AS clock, false AS more, ${nowMicros(sql)}, s.resource_id, s.reporter, s.revision,
          (extract(epoch FROM s.reported_at) * 1000000)::bigint AS micros, s.body
        FROM (SELECT coalesce(max(revision), 0) AS revision FROM protomesh.status_clock WHERE namespace = ${namespace}) c
        LEFT JOIN protomesh.status s ON s.namespace = ${namespace} AND s.body IS NOT NULL
          ${resourceIds.length === 0 ? sql`` : sql`AND s.resource_id = ANY (${arrayLiteral(resourceIds)}::uuid[])`}
          ${reporters.length === 0 ? sql`` : sql`AND s.reporter = ANY (${arrayLiteral(reporters.map(textElement))}::text[])`}
        ORDER BY s.resource_id, s.reporter`,
  );
}

const pageRows = 1_000;

/**
 * The statuses that changed after a place on the clock, removed ones too, each in its newest form; a page of them that holds
 * whole reports. The revision is how far the page goes.
 */
export async function readStatusChanges(sql: Session, namespace: string, after: bigint): Promise<StatusSnapshot> {
  return snapshotOf(
    await sql<Row[]>`
      SELECT coalesce(p.through, c.revision) AS clock, p.through IS NOT NULL AS more, ${nowMicros(sql)},
          s.resource_id, s.reporter, s.revision,
          (extract(epoch FROM s.reported_at) * 1000000)::bigint AS micros, s.body
        FROM (SELECT coalesce(max(revision), 0) AS revision FROM protomesh.status_clock WHERE namespace = ${namespace}) c
        CROSS JOIN (
          -- The revision that a full page ends with; null where all fit.
          SELECT (
            SELECT revision FROM protomesh.status WHERE namespace = ${namespace} AND revision > ${after}
              ORDER BY revision OFFSET ${pageRows} LIMIT 1
          ) AS through
        ) p
        LEFT JOIN protomesh.status s
          ON s.namespace = ${namespace} AND s.revision > ${after} AND s.revision <= coalesce(p.through, c.revision)
        ORDER BY s.revision`,
  );
}

function snapshotOf(rows: readonly Row[]): StatusSnapshot {
  const [first] = rows;
  if (first === undefined) throw new Error("a query of at least one row answered none");
  return {
    rows: rows.filter((row): row is StatusRow & Row => row.resource_id !== null),
    revision: first.clock,
    more: first.more,
    nowMicros: first.now_micros,
  };
}
