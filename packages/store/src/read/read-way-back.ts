import type { Session } from "../database/pool.js";
import type { Item } from "../write/write.js";

interface Row {
  readonly id: string;
  readonly there: boolean;
  readonly hash: string;
  readonly kind: string;
  readonly name: string;
  readonly type_url: string;
  readonly spec: Buffer;
}

/**
 * What a namespace's resources need to be as they were at a past revision, and nothing for those that are so already. Each
 * that changed since is followed back. The revision must not lie below the floor.
 */
export async function readWayBack(sql: Session, namespace: string, revision: bigint): Promise<Item[]> {
  const rows = await sql<Row[]>`
    SELECT r.id, e.id IS NOT NULL AS there, coalesce(e.hash, '') AS hash, coalesce(e.kind, '') AS kind,
        coalesce(e.name, '') AS name, coalesce(e.type_url, '') AS type_url, coalesce(e.spec, '') AS spec
      FROM protomesh.resource r
      CROSS JOIN LATERAL (
        SELECT protomesh.revision_at(r.namespace, r.id, r.revision, ${revision}) AS revision OFFSET 0
      ) v
      LEFT JOIN LATERAL (
        SELECT * FROM protomesh.event e
          WHERE e.namespace = r.namespace AND e.revision = v.revision AND e.id = r.id AND NOT e.dropped OFFSET 0
      ) e ON true
      WHERE r.namespace = ${namespace} AND r.revision > ${revision}
        -- A present one is another than then, or was not there; a dropped one was there.
        AND CASE WHEN r.dropped THEN e.id IS NOT NULL ELSE e.hash IS DISTINCT FROM r.hash END
      ORDER BY r.id`;
  return rows.map(({ id, there, hash, kind, name, type_url: typeUrl, spec }): Item => {
    return there
      ? { op: "put", id, hash, kind, name, typeUrl, spec, expected: undefined }
      : { op: "drop", id, expected: undefined };
  });
}
