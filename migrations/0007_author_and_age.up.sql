-- Who wrote each event, and the age of each resource: the revision that created it, so that whoever decides by age decides
-- alike, whenever it began to watch. What is dropped and declared again is new.

ALTER TABLE protomesh.event
  -- Null: nobody said. A claim, where clients show no certificates.
  ADD COLUMN author text COLLATE "C",
  -- The revision that created what this event changed or dropped; 0: this event's own.
  ADD COLUMN created_revision bigint NOT NULL DEFAULT 0;

ALTER TABLE protomesh.resource
  -- The revision that created what is there, or was there last; 0: the present one.
  ADD COLUMN created_revision bigint NOT NULL DEFAULT 0;

-- Of what is there already: the oldest version since its last drop. Where that was compacted, the oldest that is left.
UPDATE protomesh.event e SET created_revision = aged.created
  FROM (
    SELECT b.namespace, b.revision, b.id,
        max(b.revision) FILTER (WHERE b.begins) OVER (PARTITION BY b.namespace, b.id ORDER BY b.revision) AS created
      FROM (
        SELECT o.namespace, o.revision, o.id,
            coalesce(lag(o.dropped) OVER (PARTITION BY o.namespace, o.id ORDER BY o.revision), true) AS begins
          FROM protomesh.event o
      ) b
  ) aged
  WHERE e.namespace = aged.namespace AND e.revision = aged.revision AND e.id = aged.id AND aged.created <> e.revision;

UPDATE protomesh.resource r SET created_revision = e.created_revision
  FROM protomesh.event e
  WHERE e.namespace = r.namespace AND e.revision = r.revision AND e.id = r.id AND e.created_revision <> 0;

DROP FUNCTION protomesh.commit_writes(
  text, int[], boolean[], uuid[], text[], text[], text[], text[], bytea[], bigint[], text[], text[], text, bigint
);
-- Commits a group of concurrent writes to one namespace in one call.
--
-- Items stand in the order of their writes; `p_write` numbers the writes from 1. In one group an id and a request id
-- occur once. Each write is carried out whole or not at all, and independently of the others: an expected version that
-- does not match is an answer, not an exception. A write that changes something takes the next revision.
--
-- The namespace's row is advanced first, as that is the lock: each later statement has a newer snapshot, which sees
-- what the lock's last holder committed. (One statement for all would read the state as it was before the wait.)
--
-- p_drop        the item drops its id; otherwise it puts the resource that the item's other elements describe
-- p_expected    the revision that the id must have, 0: it must not be there, null: whatever it is
-- p_request     by write: the id that its client chose for it, or null; p_request itself is null where none has one
-- p_fingerprint by write: tells another request under the same id
-- p_apply_set   the only write of the group is the whole of this set: members that it does not put are dropped
-- p_expected_head the namespace must be at this revision, or every item answers `conflict`
-- p_author      by write: who asked for it, or null; p_author itself is null where nobody is known. Its default serves stores
--               that were made for the schema before.
--
-- Answers a first row with `write` 0, the head as `revision` and the history as `hash`, then a row for each item in
-- order, then one for each member that left the apply set. The outcomes:
--   created, changed, dropped  written; with the new version
--   unchanged                  with the present version
--   absent                     nothing there to be dropped
--   conflict                   with the version that stands in the way; revision 0: there is none
--   withheld                   another item of the same write is in conflict
-- A write whose request was carried out before answers as then, with `replayed` set; where that was another request, its
-- rows have the outcome `reused`.
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
  p_expected_head bigint,
  p_author text[] DEFAULT NULL
)
RETURNS TABLE (
  write int, id uuid, outcome text, revision bigint, micros bigint, hash text, replayed boolean,
  -- Of an item that was written: the kind that it replaced, where that was another.
  replaced_kind text,
  -- Of a dropped item: the resource as it was last.
  kind text, name text, type_url text, spec bytea,
  -- Of an item that was written: the revision that created the resource.
  created_revision bigint
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
      SELECT q.write::int, i.id, i.outcome, i.revision, i.micros, i.hash, true, NULL::text, NULL::text, NULL::text, NULL::text, NULL::bytea,
          NULL::bigint
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
        c.apply_set AS now_apply_set, coalesce(c.last_revision, 0) AS last_revision, c.created_revision AS now_created,
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
            CASE WHEN NOT r.dropped THEN coalesce(nullif(r.created_revision, 0), r.revision) END AS created_revision,
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
        coalesce(i.now_created, 0) AS created_revision,
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
    INSERT INTO protomesh.event (revision, previous_revision, at, id, dropped, namespace, hash, kind, replaced_kind, name, type_url, spec, author, created_revision)
      SELECT c.revision, c.last_revision, v_now, c.id, c.dropping, p_namespace, c.hash, c.kind, c.replaced_kind, c.name, c.type_url, c.spec, p_author[c.write],
          c.created_revision
        FROM change c
  ), state AS (
    INSERT INTO protomesh.resource AS r (revision, at, id, dropped, namespace, hash, kind, apply_set, created_revision)
      SELECT c.revision, v_now, c.id, c.dropping, p_namespace, c.hash, c.kind, c.apply_set, c.created_revision FROM change c
      ON CONFLICT ON CONSTRAINT resource_pkey DO UPDATE SET revision = excluded.revision, at = excluded.at,
        dropped = excluded.dropped, hash = excluded.hash, kind = excluded.kind, apply_set = excluded.apply_set,
        created_revision = excluded.created_revision
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
        CASE WHEN i.dropping THEN c.spec END AS spec,
        coalesce(nullif(c.created_revision, 0), c.revision) AS created_revision
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
        NULL::text AS type_url, NULL::bytea AS spec, NULL::bigint AS created_revision
      FROM head
    UNION ALL
    SELECT * FROM result
  )
  SELECT a.write, a.id, a.outcome, a.revision, a.micros, a.hash, false, a.replaced_kind, a.kind, a.name, a.type_url, a.spec,
      a.created_revision
    FROM answer a ORDER BY a.position;
END
$$;
