import type { Session } from "../database/pool.js";
import { changeOf, type EventRow } from "./event-row.js";
import type { Change } from "./change.js";

interface Row extends EventRow {
  readonly history: string;
}

/** A resource as it is now, undefined where there is none, with the history that its revision belongs to. */
export async function readResource(
  sql: Session,
  namespace: string,
  id: string,
): Promise<{ readonly resource: Change | undefined; readonly history: string }> {
  const [row] = await sql<(Row | (Omit<Row, "id"> & { id: null }))[]>`
    SELECT h.history, e.revision, coalesce(nullif(e.created_revision, 0), e.revision) AS created_revision,
        (extract(epoch FROM e.at) * 1000000)::bigint AS micros, e.id, e.dropped, e.hash, e.kind,
        e.replaced_kind, e.name, e.type_url, e.spec
      FROM (SELECT protomesh.current_history() AS history) h
      LEFT JOIN protomesh.resource r ON r.namespace = ${namespace} AND r.id = ${id} AND NOT r.dropped
      LEFT JOIN protomesh.event e ON e.namespace = r.namespace AND e.revision = r.revision AND e.id = r.id`;
  if (row === undefined) throw new Error("a query of one row answered none");
  return { resource: row.id === null ? undefined : changeOf(row), history: row.history };
}
