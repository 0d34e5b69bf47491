DROP FUNCTION protomesh.commit_writes(
  text, int[], boolean[], uuid[], text[], text[], text[], text[], bytea[], bigint[], text[], text[], text, bigint, text[]
);
CREATE FUNCTION protomesh.commit_writes(
  p_namespace text,
  p_write int[],
  p_drop boolean[],
  p_id uuid[],
  p_hash text[],
  p_kind text[],
  p_name text[],
  p_type_url text[],
  p_spec bytea[],
  p_expected bigint[],
  p_request text[],
  p_fingerprint text[],
  p_apply_set text,
  p_expected_head bigint
)
RETURNS TABLE (
  write int, id uuid, outcome text, revision bigint, micros bigint, hash text, replayed boolean,
  -- Of an item that was written: the kind that it replaced, where that was another.
  replaced_kind text,
  -- Of a dropped item: the resource as it was last.
  kind text, name text, type_url text, spec bytea
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  v_writes int := greatest(coalesce(p_write[cardinality(p_write)], 1), 1);
  v_base bigint;
  v_now timestamptz;
  v_micros bigint;
  v_replayed int[] := '{}';
BEGIN
  UPDATE protomesh.namespace n SET revision = n.revision + v_writes WHERE n.name = p_namespace
    RETURNING n.revision - v_writes INTO v_base;
  IF NOT FOUND THEN
    INSERT INTO protomesh.namespace AS n (name, revision) VALUES (p_namespace, v_writes)
      ON CONFLICT ON CONSTRAINT namespace_pkey DO UPDATE SET revision = n.revision + v_writes
      RETURNING n.revision - v_writes INTO v_base;
  END IF;
  v_now := clock_timestamp();
  v_micros := (extract(epoch FROM v_now) * 1000000)::bigint;

  IF p_request IS NOT NULL THEN
    SELECT coalesce(array_agg(q.write::int), '{}') INTO v_replayed
      FROM unnest(p_request) WITH ORDINALITY AS q (request, write)
      JOIN protomesh.request r ON r.namespace = p_namespace AND r.id = q.request;
    RETURN QUERY
      SELECT q.write::int, i.id, i.outcome, i.revision, i.micros, i.hash, true, NULL::text, NULL::text, NULL::text, NULL::text, NULL::bytea
        FROM unnest(p_request, p_fingerprint) WITH ORDINALITY AS q (request, fingerprint, write)
        JOIN protomesh.request r ON r.namespace = p_namespace AND r.id = q.request,
        LATERAL unnest(
          r.resource_ids,
          CASE WHEN r.fingerprint = q.fingerprint THEN r.outcomes ELSE array_fill('reused'::text, ARRAY[cardinality(r.outcomes)]) END,
          r.revisions, r.micros, r.hashes
        ) WITH ORDINALITY AS i (id, outcome, revision, micros, hash, position)
        ORDER BY q.write, i.position;
  END IF;

  RETURN QUERY
  WITH input AS (
    SELECT u.position, u.write, u.dropping, u.id, u.hash, u.kind, u.name, u.type_url, u.spec, u.expected
      FROM unnest(p_write, p_drop, p_id, p_hash, p_kind, p_name, p_type_url, p_spec, p_expected)
        WITH ORDINALITY AS u (write, dropping, id, hash, kind, name, type_url, spec, expected, position)
      WHERE u.write <> ALL (v_replayed)
    UNION ALL
    SELECT cardinality(p_id) + row_number() OVER (ORDER BY r.id), 1, true, r.id, NULL, NULL, NULL, NULL, NULL, NULL
      FROM protomesh.resource r
      WHERE p_apply_set IS NOT NULL AND cardinality(v_replayed) = 0
        AND r.namespace = p_namespace AND r.apply_set = p_apply_set AND NOT r.dropped AND r.id <> ALL (p_id)
  ), item AS MATERIALIZED (
    -- OFFSET 0 keeps this a look-up by key. On a table that was never analysed, a join would read the whole namespace.
    SELECT u.*, c.revision AS now_revision, c.micros AS now_micros, c.hash AS now_hash, c.kind AS now_kind,
        c.apply_set AS now_apply_set, coalesce(c.last_revision, 0) AS last_revision,
        CASE
          WHEN p_expected_head <> v_base THEN true
          WHEN u.expected IS NULL THEN false
          ELSE u.expected <> coalesce(c.revision, 0)
        END AS conflict,
        CASE WHEN u.dropping THEN c.revision IS NOT NULL ELSE c.hash IS DISTINCT FROM u.hash END AS effective
      FROM input u
      LEFT JOIN LATERAL (
        SELECT r.revision AS last_revision, CASE WHEN NOT r.dropped THEN r.revision END AS revision,
            CASE WHEN NOT r.dropped THEN r.hash END AS hash, CASE WHEN NOT r.dropped THEN r.kind END AS kind,
            r.apply_set, (extract(epoch FROM r.at) * 1000000)::bigint AS micros
          FROM protomesh.resource r WHERE r.namespace = p_namespace AND r.id = u.id OFFSET 0
      ) c ON true
  ), numbered AS (
    SELECT w.write, w.conflict, w.effective,
        v_base + sum((w.effective AND NOT w.conflict)::int) OVER (ORDER BY w.write) AS revision
      FROM (SELECT i.write, bool_or(i.conflict) AS conflict, bool_or(i.effective) AS effective FROM item i GROUP BY i.write) w
  ), head AS (
    SELECT coalesce(max(n.revision), v_base)::bigint AS revision FROM numbered n
  ), change AS MATERIALIZED (
    SELECT i.position, i.write, i.dropping, i.id, i.last_revision, n.revision::bigint AS revision,
        CASE WHEN i.dropping THEN i.now_hash ELSE i.hash END AS hash,
        CASE WHEN i.dropping THEN i.now_kind ELSE i.kind END AS kind,
        CASE WHEN NOT i.dropping AND i.now_kind <> i.kind THEN i.now_kind END AS replaced_kind,
        CASE WHEN i.dropping THEN o.name ELSE i.name END AS name,
        CASE WHEN i.dropping THEN o.type_url ELSE i.type_url END AS type_url,
        CASE WHEN i.dropping THEN o.spec ELSE i.spec END AS spec,
        CASE WHEN NOT i.dropping THEN coalesce(p_apply_set, i.now_apply_set) END AS apply_set
      FROM item i
      JOIN numbered n ON n.write = i.write
      LEFT JOIN LATERAL (
        SELECT e.name, e.type_url, e.spec FROM protomesh.event e
          WHERE i.dropping AND e.namespace = p_namespace AND e.revision = i.now_revision AND e.id = i.id OFFSET 0
      ) o ON true
      WHERE i.effective AND NOT n.conflict
  ), events AS (
    INSERT INTO protomesh.event (revision, previous_revision, at, id, dropped, namespace, hash, kind, replaced_kind, name, type_url, spec)
      SELECT c.revision, c.last_revision, v_now, c.id, c.dropping, p_namespace, c.hash, c.kind, c.replaced_kind, c.name, c.type_url, c.spec
        FROM change c
  ), state AS (
    INSERT INTO protomesh.resource AS r (revision, at, id, dropped, namespace, hash, kind, apply_set)
      SELECT c.revision, v_now, c.id, c.dropping, p_namespace, c.hash, c.kind, c.apply_set FROM change c
      ON CONFLICT ON CONSTRAINT resource_pkey DO UPDATE SET revision = excluded.revision, at = excluded.at,
        dropped = excluded.dropped, hash = excluded.hash, kind = excluded.kind, apply_set = excluded.apply_set
  ), membership AS (
    UPDATE protomesh.resource r SET apply_set = p_apply_set
      FROM item i JOIN numbered n ON n.write = i.write
      WHERE p_apply_set IS NOT NULL AND NOT i.dropping AND NOT i.effective AND NOT n.conflict
        AND i.now_apply_set IS DISTINCT FROM p_apply_set AND r.namespace = p_namespace AND r.id = i.id
  ), unused AS (
    -- Gives back the revisions that were advanced over for writes which changed nothing.
    UPDATE protomesh.namespace n SET revision = head.revision
      FROM head WHERE n.name = p_namespace AND head.revision <> v_base + v_writes
  ), result AS (
    SELECT i.position, i.write, i.id,
        CASE
          WHEN i.conflict THEN 'conflict'
          WHEN n.conflict THEN 'withheld'
          WHEN c.id IS NOT NULL THEN
            CASE WHEN i.dropping THEN 'dropped' WHEN i.now_revision IS NULL THEN 'created' ELSE 'changed' END
          WHEN i.dropping THEN 'absent'
          ELSE 'unchanged'
        END AS outcome,
        coalesce(c.revision, i.now_revision, 0) AS revision,
        CASE WHEN c.id IS NOT NULL THEN v_micros ELSE coalesce(i.now_micros, 0) END AS micros,
        coalesce(c.hash, i.now_hash, '') AS hash,
        c.replaced_kind,
        CASE WHEN i.dropping THEN c.kind END AS kind,
        CASE WHEN i.dropping THEN c.name END AS name,
        CASE WHEN i.dropping THEN c.type_url END AS type_url,
        CASE WHEN i.dropping THEN c.spec END AS spec
      FROM item i
      JOIN numbered n ON n.write = i.write
      LEFT JOIN change c ON c.position = i.position
  ), recorded AS (
    INSERT INTO protomesh.request (at, revision, namespace, id, fingerprint, resource_ids, outcomes, revisions, micros, hashes)
      SELECT v_now, max(n.revision)::bigint, p_namespace, max(q.request), max(q.fingerprint), array_agg(r.id ORDER BY r.position),
          array_agg(r.outcome ORDER BY r.position), array_agg(r.revision ORDER BY r.position),
          array_agg(r.micros ORDER BY r.position), array_agg(r.hash ORDER BY r.position)
        FROM result r
        JOIN numbered n ON n.write = r.write
        JOIN unnest(p_request, p_fingerprint) WITH ORDINALITY AS q (request, fingerprint, write) ON q.write = r.write
        WHERE p_request IS NOT NULL AND q.request IS NOT NULL AND NOT n.conflict
        GROUP BY r.write
  ), answer AS (
    SELECT 0::bigint AS position, 0 AS write, NULL::uuid AS id, NULL::text AS outcome, head.revision, v_micros AS micros,
        protomesh.current_history() AS hash, NULL::text AS replaced_kind, NULL::text AS kind, NULL::text AS name,
        NULL::text AS type_url, NULL::bytea AS spec
      FROM head
    UNION ALL
    SELECT * FROM result
  )
  SELECT a.write, a.id, a.outcome, a.revision, a.micros, a.hash, false, a.replaced_kind, a.kind, a.name, a.type_url, a.spec
    FROM answer a ORDER BY a.position;
END
$$;

ALTER TABLE protomesh.event DROP COLUMN author, DROP COLUMN created_revision;
ALTER TABLE protomesh.resource DROP COLUMN created_revision;
