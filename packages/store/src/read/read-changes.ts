import type { Session } from "../database/pool.js";
import type { Change } from "./change.js";
import { changeOf, type EventRow } from "./event-row.js";
import { headRow, type Head } from "./head.js";

/** Changes that follow each other without a gap, whole writes only, and the head they were read under. */
export interface ChangePage extends Head {
  readonly changes: readonly Change[];
  /** Everything up to here is in this page or before it. */
  readonly through: bigint;
}

interface Row extends EventRow {
  readonly head: bigint;
  readonly floor: bigint;
  readonly history: string;
}

const pageItems = 1_000;
const pageBytes = 4 * 1024 * 1024;

/**
 * The changes after a revision, a page of them. Whole writes: the page ends with the last write that begins within its
 * limits, so that one write's changes are never torn apart. Where `after` lies below the floor, there are none.
 */
export async function readChanges(sql: Session, namespace: string, after: bigint): Promise<ChangePage> {
  const rows = await sql<(Row | (Omit<Row, "id"> & { id: null }))[]>`
    SELECT n.revision AS head, n.floor, n.history, e.revision, e.created_revision, e.micros, e.id, e.dropped, e.hash, e.kind, e.replaced_kind,
        e.name, e.type_url, e.spec
      FROM ${headRow(sql, namespace)} n
      LEFT JOIN LATERAL (
        SELECT e.revision, coalesce(nullif(e.created_revision, 0), e.revision) AS created_revision,
            (extract(epoch FROM e.at) * 1000000)::bigint AS micros, e.id, e.dropped, e.hash, e.kind,
            e.replaced_kind, e.name, e.type_url, e.spec
          FROM protomesh.event e
          WHERE e.namespace = ${namespace} AND e.revision > ${after} AND n.floor <= ${after} AND e.revision <= (
            SELECT max(w.revision) FROM (
              SELECT p.revision, sum(p.bytes) OVER (ORDER BY p.revision, p.id) - p.bytes AS before
                FROM (
                  SELECT b.revision, b.id, octet_length(b.spec) + 256 AS bytes FROM protomesh.event b
                    WHERE b.namespace = ${namespace} AND b.revision > ${after}
                    ORDER BY b.revision, b.id LIMIT ${pageItems}
                ) p
            ) w WHERE w.before < ${pageBytes}
          )
      ) e ON true
      ORDER BY e.revision, e.id`;
  const [first] = rows;
  if (first === undefined) throw new Error("a query of at least one row answered none");
  const changes = rows.filter((row): row is Row => row.id !== null).map(changeOf);
  const { head, floor, history } = first;
  return {
    revision: head,
    floor,
    history,
    changes,
    through: changes.at(-1)?.revision ?? (head > after ? after : head),
  };
}
