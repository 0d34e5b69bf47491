import type { Session } from "../database/pool.js";

/** Where a namespace's stream stands. */
export interface Head {
  /** The newest revision. */
  readonly revision: bigint;
  /** The oldest revision that can be looked back to or resumed from. */
  readonly floor: bigint;
  readonly history: string;
}

/** A namespace's head. One that nothing was ever written to is at revision 0. */
export async function readHead(sql: Session, namespace: string): Promise<Head> {
  const [head] = await sql<Head[]>`
    SELECT coalesce(n.revision, 0) AS revision, coalesce(n.floor_revision, 0) AS floor,
        protomesh.current_history() AS history
      FROM (SELECT 1) AS one LEFT JOIN protomesh.namespace n ON n.name = ${namespace}`;
  if (head === undefined) throw new Error("a query of one row answered none");
  return head;
}

/** The head, which stays as it is until the transaction ends: no write and no compaction comes between. */
export async function lockHead(sql: Session, namespace: string): Promise<Head> {
  await sql`SELECT revision FROM protomesh.namespace WHERE name = ${namespace} FOR UPDATE`;
  // A statement of its own: its snapshot is younger than the wait for the lock.
  return readHead(sql, namespace);
}
