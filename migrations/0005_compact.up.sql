-- Removes events at or below a namespace's floor that nothing needs any more: each that another of its id follows at or
-- below the floor, and each drop. What the state at the floor consists of stays. A dropped id is forgotten with its drop.
--
-- Every event is looked at once: what it replaced is found by its `previous_revision`, as there is no index by id. One call
-- takes the next p_events of them, and whole writes; the namespace's row is locked meanwhile, so that no write builds on an
-- id that is being forgotten.
--
-- Answers how many events were removed, and whether more remain to be looked at.
CREATE FUNCTION protomesh.compact_events(p_namespace text, p_events int, OUT removed bigint, OUT more boolean)
LANGUAGE plpgsql
-- On tables that were never analysed other joins would read the whole namespace.
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
  v_floor bigint;
  v_after bigint;
  v_through bigint;
  v_drops bigint;
BEGIN
  removed := 0;
  more := false;
  SELECT n.floor_revision, n.compacted_revision INTO v_floor, v_after
    FROM protomesh.namespace n WHERE n.name = p_namespace FOR UPDATE;
  IF v_floor IS NULL OR v_after >= v_floor THEN
    RETURN;
  END IF;
  SELECT e.revision INTO v_through FROM protomesh.event e
    WHERE e.namespace = p_namespace AND e.revision > v_after AND e.revision <= v_floor
    ORDER BY e.revision, e.id OFFSET greatest(p_events, 1) - 1 LIMIT 1;
  more := v_through IS NOT NULL AND v_through < v_floor;
  v_through := coalesce(v_through, v_floor);

  DELETE FROM protomesh.event e
    USING (
      SELECT s.previous_revision, s.id FROM protomesh.event s
        WHERE s.namespace = p_namespace AND s.revision > v_after AND s.revision <= v_through AND s.previous_revision > 0
    ) successor
    WHERE e.namespace = p_namespace AND e.revision = successor.previous_revision AND e.id = successor.id;
  GET DIAGNOSTICS removed = ROW_COUNT;

  DELETE FROM protomesh.resource r
    USING (
      SELECT s.revision, s.id FROM protomesh.event s
        WHERE s.namespace = p_namespace AND s.revision > v_after AND s.revision <= v_through AND s.dropped
    ) gone
    WHERE r.namespace = p_namespace AND r.id = gone.id AND r.revision = gone.revision;
  DELETE FROM protomesh.event e
    WHERE e.namespace = p_namespace AND e.revision > v_after AND e.revision <= v_through AND e.dropped;
  GET DIAGNOSTICS v_drops = ROW_COUNT;
  removed := removed + v_drops;

  UPDATE protomesh.namespace n SET compacted_revision = v_through WHERE n.name = p_namespace;
END
$$;
