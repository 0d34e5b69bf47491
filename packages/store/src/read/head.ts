import type { PendingQuery, Row } from "postgres";
import type { Session } from "../database/pool.js";

/** Where a namespace's stream stands. */
export interface Head {
  /** The newest revision. */
  readonly revision: bigint;
  /** The oldest revision that can be looked back to or resumed from. */
  readonly floor: bigint;
  readonly history: string;
}

/** A part of a statement: a table of one row, the namespace's head as `revision`, `floor` and `history`. */
export function headRow(sql: Session, namespace: string): PendingQuery<Row[]> {
  return sql`(
    SELECT coalesce(max(revision), 0) AS revision, coalesce(max(floor_revision), 0) AS floor,
        protomesh.current_history() AS history
      FROM protomesh.namespace WHERE name = ${namespace}
  )`;
}

/** A namespace's head. One that nothing was ever written to is at revision 0. */
export async function readHead(sql: Session, namespace: string): Promise<Head> {
  const [head] = await sql<Head[]>`SELECT n.revision, n.floor, n.history FROM ${headRow(sql, namespace)} n`;
  if (head === undefined) throw new Error("a query of one row answered none");
  return head;
}

/** The head, which stays as it is until the transaction ends: no write and no compaction comes between. */
export async function lockHead(sql: Session, namespace: string): Promise<Head> {
  await sql`SELECT revision FROM protomesh.namespace WHERE name = ${namespace} FOR UPDATE`;
  // A statement of its own: its snapshot is younger than the wait for the lock.
  return readHead(sql, namespace);
}
