DROP FUNCTION protomesh.lapse_reporters(text, bigint, int);
DROP FUNCTION protomesh.lapsed_statuses(bigint);
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
      WHERE s.body IS DISTINCT FROM excluded.body;
  RETURN v_revision;
END
$$;
