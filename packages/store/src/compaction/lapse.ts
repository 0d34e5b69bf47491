import type { Expiring } from "./expire.js";

/** At most this many statuses go with one statement, under the lock of the namespace's statuses. */
const batchStatuses = 2_000;

/**
 * What lapsed reporters say: those that report as `COMPONENT/NAME` and have not told for so long that they are there. It is
 * removed as if they had removed it, so that who watches statuses hears of it. A reporter without a slash never lapses.
 */
export const lapsedReporters: Expiring = {
  namespaces: async (sql, olderThanMs) => {
    const rows = await sql<{ namespace: string }[]>`
      SELECT DISTINCT namespace FROM protomesh.lapsed_statuses(${olderThanMs}) ORDER BY namespace`;
    return rows.map(({ namespace }) => namespace);
  },
  expire: async (sql, namespace, olderThanMs) => {
    const [row] = await sql<{ removed: number }[]>`
      SELECT protomesh.lapse_reporters(${namespace}, ${olderThanMs}, ${batchStatuses}) AS removed`;
    if (row === undefined) throw new Error("lapse_reporters answered nothing");
    return { more: row.removed >= batchStatuses };
  },
};
