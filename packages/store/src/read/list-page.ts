import { arrayLiteral, textElement } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";
import type { Change } from "./change.js";
import type { EventRow } from "./event-row.js";
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

interface Row extends Omit<EventRow, "dropped" | "replaced_kind"> {
  /** On the first row only, as the two that follow. */
  readonly head: bigint | null;
  readonly floor: bigint | null;
  readonly history: string | null;
}

type NoRow = { readonly [Column in keyof Row]: Row[Column] | null } & { readonly id: null };

/** What a resource takes beside its spec, for the limit of a page. */
const overheadBytes = 256;

/**
 * A page of a namespace's resources as they were at one revision, in one snapshot with the head. The pages of a list are
 * consistent, as each of them shows that revision: a resource that changed since is followed back to it.
 */
export async function readListPage(sql: Session, query: ListQuery): Promise<ListPage> {
  const { namespace, revision, afterId, kinds, ids, limit, bytes } = query;
  // One resource beyond the page is read, too: that it is there says that more follow.
  // `date_part` counts in double precision, which holds microseconds exactly until 2112 and costs less than `extract`, whose
  // numbers are numeric.
  const rows = await sql<(Row | NoRow)[]>`
    SELECT CASE WHEN p.position > 1 THEN NULL ELSE n.revision END AS head,
        CASE WHEN p.position > 1 THEN NULL ELSE n.floor END AS floor,
        CASE WHEN p.position > 1 THEN NULL ELSE n.history END AS history,
        p.revision, p.created_revision, p.micros, p.id, p.hash, p.kind, p.name, p.type_url, p.spec
      FROM (
        SELECT coalesce(max(revision), 0) AS revision, coalesce(max(floor_revision), 0) AS floor,
            protomesh.current_history() AS history
          FROM protomesh.namespace WHERE name = ${namespace}
      ) n
      LEFT JOIN LATERAL (
        SELECT w.*, row_number() OVER rows_before AS position, sum(w.bytes) OVER rows_before AS bytes_before_last
          FROM (
            SELECT e.revision, coalesce(nullif(e.created_revision, 0), e.revision) AS created_revision,
                (date_part('epoch', e.at) * 1000000)::bigint AS micros, e.id, e.hash, e.kind, e.name,
                e.type_url, e.spec, octet_length(e.spec) + ${overheadBytes}::int AS bytes
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
          WINDOW rows_before AS (ORDER BY w.id ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING)
      ) p ON coalesce(p.bytes_before_last, 0) < ${bytes}
      ORDER BY p.id`;
  const [first] = rows;
  if (first === undefined) throw new Error("a query of at least one row answered none");
  const head = { revision: first.head ?? 0n, floor: first.floor ?? 0n, history: first.history ?? "" };
  const found = rows.filter((row): row is Row => row.id !== null);
  const count = pageLength(found, query);
  const resources = found.slice(0, count).map(resourceOf);
  return { head, revision: revision ?? head.revision, resources, more: count < found.length };
}

/** Field by field: a spread of a row costs as much as all else that is done to read it. */
function resourceOf(row: Row): Change {
  return {
    revision: row.revision,
    createdRevision: row.created_revision,
    micros: row.micros,
    id: row.id,
    dropped: false,
    hash: row.hash,
    kind: row.kind,
    replacedKind: undefined,
    name: row.name,
    typeUrl: row.type_url,
    spec: row.spec,
  };
}

/** How many of these stand on one page. */
function pageLength(rows: readonly Row[], { limit, bytes }: ListQuery): number {
  let size = 0;
  const end = rows.findIndex(({ spec }, index) => {
    if (index === limit || size >= bytes) return true;
    size += spec.length + overheadBytes;
    return false;
  });
  return end === -1 ? rows.length : end;
}
