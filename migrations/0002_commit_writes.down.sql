DROP FUNCTION protomesh.commit_writes(
  text, int[], boolean[], uuid[], text[], text[], text[], text[], bytea[], bigint[], text[], text[], text, bigint
);
