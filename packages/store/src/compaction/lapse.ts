import type { Session } from "../database/pool.js";

/** At most this many statuses go with one statement, under the lock of the namespace's statuses. */
const batchStatuses = 2_000;

/**
 * The namespaces in which a reporter has lapsed: one that reports as `COMPONENT/NAME` and has not told for so long that it
 * is there. A reporter without a slash never lapses.
 */
export async function readLapsedNamespaces(sql: Session, olderThanMs: number): Promise<readonly string[]> {
  const rows = await sql<{ namespace: string }[]>`
    SELECT DISTINCT namespace FROM protomesh.lapsed_statuses(${olderThanMs}) ORDER BY namespace`;
  return rows.map(({ namespace }) => namespace);
}

/**
 * Removes some of what lapsed reporters of a namespace say; who watches statuses hears of it.
 * @returns whether there may be more
 */
export async function lapseReporters(
  sql: Session,
  namespace: string,
  olderThanMs: number,
): Promise<{ readonly more: boolean }> {
  const [row] = await sql<{ removed: number }[]>`
    SELECT protomesh.lapse_reporters(${namespace}, ${olderThanMs}, ${batchStatuses}) AS removed`;
  if (row === undefined) throw new Error("lapse_reporters answered nothing");
  return { more: row.removed >= batchStatuses };
}
