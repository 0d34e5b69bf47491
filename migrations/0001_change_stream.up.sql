-- The change stream of declared resources. Every key leads with the namespace: no transaction needs two of them, so
-- that a distributed PostgreSQL can shard by it.

-- One row per namespace: its head, advanced by each write. The row's lock is held until the commit, so that commit
-- order is revision order, a rollback leaves no gap, and every snapshot sees a whole prefix of the stream.
CREATE TABLE protomesh.namespace (
  name text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL DEFAULT 0,
  -- The smallest revision that can be looked back to or resumed from.
  floor_revision bigint NOT NULL DEFAULT 0,
  -- Up to here, events that nothing needs any more have been removed; behind the floor while a compaction runs.
  compacted_revision bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- What each write did. The changes of one write share its revision; a write changes an id once.
CREATE TABLE protomesh.event (
  revision bigint NOT NULL,
  -- The revision of the event before this one of the same id; 0 where there was none. Walking this chain gives the
  -- versions of a resource and the state at a past revision without an index by id.
  previous_revision bigint NOT NULL,
  at timestamptz NOT NULL,
  id uuid NOT NULL,
  dropped boolean NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  -- The kind of the version before, where it was another: who watches that kind must hear that the resource left it.
  replaced_kind text COLLATE "C",
  -- Of a drop: the resource as it was last.
  name text COLLATE "C" NOT NULL,
  type_url text COLLATE "C" NOT NULL,
  spec bytea NOT NULL,
  PRIMARY KEY (namespace, revision, id)
);

-- The newest event of each id: a small row, its content stands in the event. A dropped one stays until its drop is
-- compacted, so that the chain of versions goes on where an id is used again.
CREATE TABLE protomesh.resource (
  revision bigint NOT NULL,
  at timestamptz NOT NULL,
  id uuid NOT NULL,
  dropped boolean NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  -- The set whose owner declares this resource; who applies the whole set drops what left it.
  apply_set text COLLATE "C",
  PRIMARY KEY (namespace, id)
) WITH (fillfactor = 90);

CREATE INDEX resource_apply_set ON protomesh.resource (namespace, apply_set) WHERE apply_set IS NOT NULL;

-- The answers to requests that carried an id, so that a repeated one is answered again and not carried out again.
CREATE TABLE protomesh.request (
  at timestamptz NOT NULL,
  revision bigint NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- Tells another request under the same id.
  fingerprint text COLLATE "C" NOT NULL,
  resource_ids uuid[] NOT NULL,
  outcomes text[] NOT NULL,
  revisions bigint[] NOT NULL,
  micros bigint[] NOT NULL,
  hashes text[] NOT NULL,
  PRIMARY KEY (namespace, id)
);

CREATE INDEX request_at ON protomesh.request (namespace, at);

-- What reporters say of resources; each keeps its newest word only. `clock` orders the changes of a namespace's
-- statuses as `namespace` does for resources, under a lock of its own.
CREATE TABLE protomesh.status_clock (
  namespace text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE protomesh.status (
  revision bigint NOT NULL,
  reported_at timestamptz NOT NULL,
  resource_id uuid NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  reporter text COLLATE "C" NOT NULL,
  -- An encoded protomesh.types.v1.ResourceStatus; null where the status was removed.
  body bytea,
  PRIMARY KEY (namespace, resource_id, reporter)
);

CREATE INDEX status_revision ON protomesh.status (namespace, revision);

-- A salt of the history's name. Give it a new value after restoring a backup in place.
CREATE TABLE protomesh.history (
  salt uuid NOT NULL DEFAULT gen_random_uuid()
);

INSERT INTO protomesh.history DEFAULT VALUES;

-- The name of the history that revisions belong to. It changes with whatever may lose acknowledged writes: another
-- cluster, another timeline (a promoted standby), another database, a new salt.
DO $outer$
BEGIN
  PERFORM pg_walfile_name(pg_current_wal_insert_lsn()), (pg_control_system()).system_identifier;
  CREATE FUNCTION protomesh.current_history() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT substr(encode(sha256(convert_to(concat_ws(' ',
      (SELECT system_identifier FROM pg_control_system()),
      substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
      (SELECT oid FROM pg_database WHERE datname = current_database()),
      (SELECT salt FROM protomesh.history)), 'UTF8')), 'hex'), 1, 16)
  $$;
EXCEPTION WHEN undefined_function OR feature_not_supported OR insufficient_privilege THEN
  -- A database that speaks PostgreSQL's protocol but has no such log: only the salt tells histories apart.
  CREATE FUNCTION protomesh.current_history() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT substr(encode(sha256(convert_to(salt::text, 'UTF8')), 'hex'), 1, 16) FROM protomesh.history
  $$;
END
$outer$;
