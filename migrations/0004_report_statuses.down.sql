DROP FUNCTION protomesh.report_statuses(text, uuid[], text[], bytea[]);
