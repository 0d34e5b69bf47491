import { arrayLiteral } from "../database/array-literal.js";
import type { Session } from "../database/pool.js";
import type { Change } from "./change.js";
import { changeOf, type EventRow } from "./event-row.js";
import { headRow, type Head } from "./head.js";

/** Where a reader of versions stands: everything up to and with it has been read. */
export interface VersionPlace {
  readonly revision: bigint;
  readonly id: string;
}

/** The past versions that somebody asks for. */
export interface VersionQuery {
  readonly namespace: string;
  /** Of this resource only; undefined: of all. */
  readonly id: string | undefined;
  /** Above this revision. */
  readonly after: bigint;
  /** Up to and with this revision. */
  readonly upTo: bigint;
  /** At most this many, the newest; undefined: all. */
  readonly newest: number | undefined;
}

/** A past version, with who wrote it; an empty author: nobody said. */
export interface Version extends Change {
  readonly author: string;
}

/** What a query comes to: where its versions begin, and of one resource, which they are. */
export interface VersionSpan {
  /** The versions stand after this place. */
  readonly from: VersionPlace;
  /** Ascending; undefined: every version of the namespace in the stretch. */
  readonly revisions: readonly bigint[] | undefined;
}

export interface VersionPage {
  /** The head that the page was read under. */
  readonly head: Head;
  /** By revision, then by id. */
  readonly versions: readonly Version[];
}

/** Not below any id. */
const highestId = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const pageItems = 500;

/** Finds where a query's versions begin. */
export async function readVersionSpan(sql: Session, query: VersionQuery): Promise<VersionSpan> {
  const { id, after } = query;
  const from = { revision: after, id: highestId };
  if (id !== undefined) return { from, revisions: await readChain(sql, query, id) };
  return { from: (await readPlaceBeforeNewest(sql, query)) ?? from, revisions: undefined };
}

/**
 * The revisions of one id, ascending: walks its chain back from the newest event. The chain ends where its events have been
 * compacted.
 */
async function readChain(
  sql: Session,
  { namespace, after, upTo, newest }: VersionQuery,
  id: string,
): Promise<readonly bigint[]> {
  const rows = await sql<{ revision: bigint }[]>`
    WITH RECURSIVE chain AS (
      SELECT e.revision, e.previous_revision, (e.revision <= ${upTo})::int AS taken
        FROM protomesh.resource r
        JOIN protomesh.event e ON e.namespace = r.namespace AND e.revision = r.revision AND e.id = r.id
        WHERE r.namespace = ${namespace} AND r.id = ${id}
      UNION ALL
      SELECT e.revision, e.previous_revision, c.taken + (e.revision <= ${upTo})::int
        FROM chain c
        JOIN protomesh.event e ON e.namespace = ${namespace} AND e.revision = c.previous_revision AND e.id = ${id}
        WHERE c.previous_revision > ${after} ${newest === undefined ? sql`` : sql`AND c.taken < ${newest}`}
    )
    SELECT revision FROM chain WHERE revision > ${after} AND revision <= ${upTo} ORDER BY revision`;
  return rows.map(({ revision }) => revision);
}

/** The place before the newest versions of a namespace; undefined where there are not that many. */
async function readPlaceBeforeNewest(
  sql: Session,
  { namespace, after, upTo, newest }: VersionQuery,
): Promise<VersionPlace | undefined> {
  if (newest === undefined) return undefined;
  const [place] = await sql<VersionPlace[]>`
    SELECT revision, id FROM protomesh.event
      WHERE namespace = ${namespace} AND revision > ${after} AND revision <= ${upTo}
      ORDER BY revision DESC, id DESC OFFSET ${newest} LIMIT 1`;
  return place;
}

/** The versions after a place, a page of them, in one snapshot with the head; none: there are no more. */
export async function readVersionPage(
  sql: Session,
  { namespace, id, upTo }: VersionQuery,
  { revisions }: VersionSpan,
  from: VersionPlace,
  bytes: number,
): Promise<VersionPage> {
  const chosen = revisions?.filter((revision) => revision >= from.revision).slice(0, pageItems + 1);
  const rows = await sql<
    (((EventRow & { author: string | null }) | { id: null }) & { head: bigint; floor: bigint; history: string })[]
  >`
    SELECT n.revision AS head, n.floor, n.history, p.revision, p.created_revision, p.micros, p.id, p.dropped, p.hash, p.kind, p.replaced_kind,
        p.name, p.type_url, p.spec, p.author
      FROM ${headRow(sql, namespace)} n
      LEFT JOIN LATERAL (
        SELECT w.*, sum(w.bytes) OVER (ORDER BY w.revision, w.id) - w.bytes AS before
          FROM (
            SELECT e.revision, coalesce(nullif(e.created_revision, 0), e.revision) AS created_revision,
                (extract(epoch FROM e.at) * 1000000)::bigint AS micros, e.id, e.dropped, e.hash, e.kind,
                e.replaced_kind, e.name, e.type_url, e.spec, e.author, octet_length(e.spec) + 256 AS bytes
              FROM protomesh.event e
              WHERE e.namespace = ${namespace} AND (e.revision, e.id) > (${from.revision}, ${from.id}::uuid)
                AND e.revision <= ${upTo}
                ${
                  chosen === undefined || id === undefined
                    ? sql``
                    : sql`AND e.revision = ANY (${arrayLiteral(chosen.map(String))}::bigint[]) AND e.id = ${id}`
                }
              ORDER BY e.revision, e.id LIMIT ${pageItems}
          ) w
      ) p ON p.before < ${bytes}
      ORDER BY p.revision, p.id`;
  const [first] = rows;
  if (first === undefined) throw new Error("a query of at least one row answered none");
  const found = rows.filter((row): row is EventRow & { author: string | null } & typeof row => row.id !== null);
  return {
    head: { revision: first.head, floor: first.floor, history: first.history },
    versions: found.map((row) => ({ ...changeOf(row), author: row.author ?? "" })),
  };
}
