DROP FUNCTION protomesh.current_history();
DROP TABLE
  protomesh.history, protomesh.status, protomesh.status_clock, protomesh.request, protomesh.resource, protomesh.event,
  protomesh.namespace;
