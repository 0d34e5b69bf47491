import { arrayLiteral, textElement } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";
import { headRow, type Head } from "./head.js";

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

/** What a page says beside its resources. */
export interface ListPage {
  /** The head that the page was read under. */
  readonly head: Head;
  /** The revision that the page shows. Below the head's floor or above its revision there is nothing to show. */
  readonly revision: bigint;
  /** Of its last resource; undefined where it has none. */
  readonly lastId: string | undefined;
  /** Whether more follow. */
  readonly more: boolean;
}

/** A resource as the database sends it, its columns in PostgreSQL's text form. */
export type ListedResource = readonly [
  id: Buffer,
  name: Buffer,
  typeUrl: Buffer,
  /** A bytea: `\x` and two digits for each byte. */
  spec: Buffer,
  hash: Buffer,
  /** Microseconds since 1970. */
  micros: Buffer,
  revision: Buffer,
  createdRevision: Buffer,
];

/** Where the columns of the namespace begin: revision, floor and history, on the first row only. */
const headColumn = 8;

/** What a resource takes beside its spec, for the limit of a page. */
const overheadBytes = 256;

/**
 * A page of a namespace's resources as they were at one revision, in one snapshot with the head. The pages of a list are
 * consistent, as each of them shows that revision: a resource that changed since is followed back to it.
 * @param each is handed the resources by id, while the page is still being read: a long list takes its time with what is
 *   made for each of them, and what is dropped at once costs least
 */
export async function readListPage(
  sql: Session,
  query: ListQuery,
  each: (resource: ListedResource) => void,
): Promise<ListPage> {
  const { namespace, revision, afterId, kinds, ids, limit, bytes } = query;
  let head: Head | undefined;
  let last: Buffer | undefined;
  let count = 0;
  let size = 0;
  let more = false;
  const take = (row: readonly (Buffer | null)[]): void => {
    head ??= headOf(row);
    if (!isResource(row)) return;
    more = count === limit || size >= bytes;
    if (more) return;
    const [id, , , spec] = row;
    count++;
    size += spec.length / 2 - 1 + overheadBytes;
    last = id;
    each(row);
  };
  // One resource beyond the page is read, too: that it is there says that more follow.
  // `date_part` counts in double precision, which holds microseconds exactly until 2112 and costs less than `extract`, whose
  // numbers are numeric.
  await sql`
    SELECT p.id, p.name, p.type_url, p.spec, p.hash, p.micros, p.revision, p.created_revision,
        CASE WHEN p.position > 1 THEN NULL ELSE n.revision END AS head,
        CASE WHEN p.position > 1 THEN NULL ELSE n.floor END AS floor,
        CASE WHEN p.position > 1 THEN NULL ELSE n.history END AS history
      FROM ${headRow(sql, namespace)} n
      LEFT JOIN LATERAL (
        SELECT w.*, row_number() OVER rows_before AS position, sum(w.bytes) OVER rows_before AS bytes_before_last
          FROM (
            SELECT e.revision, coalesce(nullif(e.created_revision, 0), e.revision) AS created_revision,
                (date_part('epoch', e.at) * 1000000)::bigint AS micros, e.id, e.hash, e.name, e.type_url,
                e.spec, octet_length(e.spec) + ${overheadBytes}::int AS bytes
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
      ORDER BY p.id`
    .raw()
    .forEach(take);
  if (head === undefined) throw new Error("a query of at least one row answered none");
  return { head, revision: revision ?? head.revision, lastId: last?.toString("latin1"), more };
}

function headOf(row: readonly (Buffer | null)[]): Head {
  const [revision, floor, history] = row.slice(headColumn).map(String);
  return { revision: BigInt(revision ?? 0), floor: BigInt(floor ?? 0), history: history ?? "" };
}

/** Where there is none, the one row tells of the namespace alone. */
function isResource(row: readonly (Buffer | null)[]): row is ListedResource {
  return row[0] !== null;
}
