DROP FUNCTION protomesh.revision_at(text, uuid, bigint, bigint);
