DROP FUNCTION protomesh.compact_events(text, int);
