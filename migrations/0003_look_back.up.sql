-- The revision of the version that an id had at a past revision: walks back from a newer event of it. Null where there
-- was none then.
CREATE FUNCTION protomesh.revision_at(p_namespace text, p_id uuid, p_from bigint, p_at bigint) RETURNS bigint
LANGUAGE sql STABLE
AS $$
  WITH RECURSIVE chain AS (
    SELECT p_from AS revision
    UNION ALL
    SELECT e.previous_revision
      FROM chain c
      JOIN protomesh.event e ON e.namespace = p_namespace AND e.revision = c.revision AND e.id = p_id
      WHERE c.revision > p_at
  )
  SELECT max(c.revision) FROM chain c WHERE c.revision BETWEEN 1 AND p_at
$$;
