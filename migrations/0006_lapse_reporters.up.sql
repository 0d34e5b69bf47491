-- Reporters that come and go. One of several instances of a component reports as `COMPONENT/NAME` and tells every few
-- seconds that it is there, by a status of the nil resource id: its instance record.

-- Replaces what reporters say of resources. The clock's row is advanced first: its lock makes commit order the order of the
-- statuses' revisions. A null body removes; a status that says the same as before is not written, unless it is an instance
-- record, which is told for the sake of `reported_at`.
-- Answers the clock.
CREATE OR REPLACE FUNCTION protomesh.report_statuses(
  p_namespace text, p_resource_id uuid[], p_reporter text[], p_body bytea[]
) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
  v_revision bigint;
BEGIN
  INSERT INTO protomesh.status_clock AS c (namespace, revision) VALUES (p_namespace, 1)
    ON CONFLICT ON CONSTRAINT status_clock_pkey DO UPDATE SET revision = c.revision + 1
    RETURNING c.revision INTO v_revision;
  INSERT INTO protomesh.status AS s (revision, reported_at, resource_id, namespace, reporter, body)
    SELECT v_revision, clock_timestamp(), u.resource_id, p_namespace, u.reporter, u.body
      FROM unnest(p_resource_id, p_reporter, p_body) AS u (resource_id, reporter, body)
      -- What is to be removed, and is not there, leaves no trace.
      WHERE u.body IS NOT NULL OR EXISTS (
        SELECT FROM protomesh.status o
          WHERE o.namespace = p_namespace AND o.resource_id = u.resource_id AND o.reporter = u.reporter
      )
    ON CONFLICT ON CONSTRAINT status_pkey DO UPDATE
      SET revision = excluded.revision, reported_at = excluded.reported_at, body = excluded.body
      WHERE s.body IS DISTINCT FROM excluded.body
        OR (excluded.body IS NOT NULL AND excluded.resource_id = '00000000-0000-0000-0000-000000000000');
  RETURN v_revision;
END
$$;

-- What lapsed reporters say: those with a slash in their name whose instance record has not been refreshed for so long. What
-- is itself younger is not among it: its reporter may not have told of itself yet.
CREATE FUNCTION protomesh.lapsed_statuses(p_age_ms bigint)
RETURNS TABLE (namespace text, resource_id uuid, reporter text)
LANGUAGE sql STABLE
AS $$
  SELECT s.namespace, s.resource_id, s.reporter
    FROM protomesh.status s, (SELECT now() - p_age_ms * interval '1 millisecond' AS before) limits
    WHERE s.body IS NOT NULL AND strpos(s.reporter, '/') > 0 AND s.reported_at < limits.before
      AND NOT EXISTS (
        SELECT FROM protomesh.status i
          WHERE i.namespace = s.namespace AND i.resource_id = '00000000-0000-0000-0000-000000000000'
            AND i.reporter = s.reporter AND i.reported_at >= limits.before
      )
$$;

-- Removes what lapsed reporters of a namespace say, at most so many statuses with one call. These removals are changes like
-- those that a reporter makes.
-- Answers how many were removed.
CREATE FUNCTION protomesh.lapse_reporters(p_namespace text, p_age_ms bigint, p_statuses int) RETURNS int
LANGUAGE plpgsql
AS $$
DECLARE
  v_revision bigint;
  v_removed int;
BEGIN
  -- The clock's lock first, as whoever reports takes it: what is reported meanwhile is seen below.
  UPDATE protomesh.status_clock c SET revision = c.revision + 1 WHERE c.namespace = p_namespace
    RETURNING c.revision INTO v_revision;
  UPDATE protomesh.status s SET revision = v_revision, reported_at = clock_timestamp(), body = NULL
    FROM (
      SELECT o.resource_id, o.reporter FROM protomesh.lapsed_statuses(p_age_ms) o
        WHERE o.namespace = p_namespace LIMIT p_statuses
    ) lapsed
    WHERE s.namespace = p_namespace AND s.resource_id = lapsed.resource_id AND s.reporter = lapsed.reporter;
  GET DIAGNOSTICS v_removed = ROW_COUNT;
  RETURN v_removed;
END
$$;
