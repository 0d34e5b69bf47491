import { arrayLiteral, textElement } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";
import type { Change } from "./change.js";
import { changeOf, type EventRow } from "./event-row.js";
import type { Head } from "./head.js";

export interface ListQuery {
  readonly namespace: string;
  /** The state at this revision; undefined: at the head. */
  readonly revision: bigint | undefined;
  /** Only ids above this one; undefined: from the first. */
  readonly afterId: string | undefined;
  /** Only these kinds or type URLs; empty: all. */
  readonly kinds: readonly string[];
  /** Only these ids; empty: all. */
  readonly ids: readonly string[];
  /** At most this many resources. */
  readonly limit: number;
  /** The page ends with the resource that reaches this many bytes. */
  readonly bytes: number;
}

export interface ListPage {
  /** The head that the page was read under. */
  readonly head: Head;
  /** The revision that the page shows. Below the head's floor or above its revision there is nothing to show. */
  readonly revision: bigint;
  /** By id. */
  readonly resources: readonly Change[];
  /** Whether more follow. */
  readonly more: boolean;
}

interface Row extends EventRow {
  readonly id: string;
  readonly head: bigint;
  readonly floor: bigint;
  readonly history: string;
  readonly more: boolean;
}

/**
 * A page of a namespace's resources as they were at one revision, in one snapshot with the head. The pages of a list are
 * consistent, as each of them shows that revision: a resource that changed since is followed back to it.
 */
export async function readListPage(sql: Session, query: ListQuery): Promise<ListPage> {
  const { namespace, revision, afterId, kinds, ids, limit, bytes } = query;
  const rows = await sql<(Row | { [Column in keyof Row]: Row[Column] | null })[]>`
    SELECT n.revision AS head, n.floor, n.history, p.revision, p.micros, p.id, p.dropped, p.hash, p.kind, p.replaced_kind,
        p.name, p.type_url, p.spec, p.position < p.found AS more
      FROM (
        SELECT coalesce(max(revision), 0) AS revision, coalesce(max(floor_revision), 0) AS floor,
            protomesh.current_history() AS history
          FROM protomesh.namespace WHERE name = ${namespace}
      ) n
      LEFT JOIN LATERAL (
        SELECT w.*, sum(w.bytes) OVER (ORDER BY w.id) - w.bytes AS before, row_number() OVER (ORDER BY w.id) AS position,
            count(*) OVER () AS found
          FROM (
            SELECT e.revision, (extract(epoch FROM e.at) * 1000000)::bigint AS micros, e.id, e.dropped, e.hash, e.kind,
                e.replaced_kind, e.name, e.type_url, e.spec, octet_length(e.spec) + 256 AS bytes
              FROM protomesh.resource r
              CROSS JOIN LATERAL (${
                revision === undefined
                  ? sql`SELECT r.revision OFFSET 0`
                  : sql`SELECT CASE WHEN r.revision <= ${revision} THEN r.revision
                      ELSE protomesh.revision_at(r.namespace, r.id, r.revision, ${revision}) END AS revision OFFSET 0`
              }) v
              CROSS JOIN LATERAL (
                SELECT * FROM protomesh.event e
                  WHERE e.namespace = r.namespace AND e.revision = v.revision AND e.id = r.id OFFSET 0
              ) e
              WHERE r.namespace = ${namespace} AND NOT e.dropped
                ${revision === undefined ? sql`` : sql`AND ${revision}::bigint BETWEEN n.floor AND n.revision`}
                ${afterId === undefined ? sql`` : sql`AND r.id > ${afterId}`}
                ${ids.length === 0 ? sql`` : sql`AND r.id = ANY (${arrayLiteral(ids)}::uuid[])`}
                ${kinds.length === 0 ? sql`` : sql`AND ARRAY[e.kind, e.type_url] && ${arrayLiteral(kinds.map(textElement))}::text[]`}
              ORDER BY r.id LIMIT ${limit + 1}
          ) w
      ) p ON p.before < ${bytes} AND p.position <= ${limit}
      ORDER BY p.id`;
  const [first] = rows;
  if (first === undefined) throw new Error("a query of at least one row answered none");
  const head = { revision: first.head ?? 0n, floor: first.floor ?? 0n, history: first.history ?? "" };
  const found = rows.filter((row): row is Row => row.id !== null);
  const more = found.at(-1)?.more ?? false;
  return { head, revision: revision ?? head.revision, resources: found.map(changeOf), more };
}
