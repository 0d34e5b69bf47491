-- What the migrations make together. Kept by a test; written anew by: npx vitest run packages/store -u

TABLE protomesh.event (
  revision bigint NOT NULL,
  previous_revision bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  id uuid NOT NULL,
  dropped boolean NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  replaced_kind text COLLATE "C",
  name text COLLATE "C" NOT NULL,
  type_url text COLLATE "C" NOT NULL,
  spec bytea NOT NULL,
  author text COLLATE "C",
  created_revision bigint NOT NULL DEFAULT 0
);

TABLE protomesh.history (
  salt uuid NOT NULL DEFAULT gen_random_uuid()
);

TABLE protomesh.migration (
  version integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  checksum text COLLATE "C" NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

TABLE protomesh.namespace (
  name text COLLATE "C" NOT NULL,
  revision bigint NOT NULL DEFAULT 0,
  floor_revision bigint NOT NULL DEFAULT 0,
  compacted_revision bigint NOT NULL DEFAULT 0
) WITH (fillfactor=50);

TABLE protomesh.request (
  at timestamp with time zone NOT NULL,
  revision bigint NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  resource_ids uuid[] NOT NULL,
  outcomes text[] NOT NULL,
  revisions bigint[] NOT NULL,
  micros bigint[] NOT NULL,
  hashes text[] NOT NULL
);

TABLE protomesh.resource (
  revision bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  id uuid NOT NULL,
  dropped boolean NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  apply_set text COLLATE "C",
  created_revision bigint NOT NULL DEFAULT 0
) WITH (fillfactor=90);

TABLE protomesh.status (
  revision bigint NOT NULL,
  reported_at timestamp with time zone NOT NULL,
  resource_id uuid NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  reporter text COLLATE "C" NOT NULL,
  body bytea
);

TABLE protomesh.status_clock (
  namespace text COLLATE "C" NOT NULL,
  revision bigint NOT NULL DEFAULT 0
) WITH (fillfactor=50);

CREATE UNIQUE INDEX event_pkey ON protomesh.event USING btree (namespace, revision, id);
CREATE UNIQUE INDEX migration_pkey ON protomesh.migration USING btree (version);
CREATE UNIQUE INDEX namespace_pkey ON protomesh.namespace USING btree (name);
CREATE INDEX request_at ON protomesh.request USING btree (namespace, at);
CREATE UNIQUE INDEX request_pkey ON protomesh.request USING btree (namespace, id);
CREATE INDEX resource_apply_set ON protomesh.resource USING btree (namespace, apply_set) WHERE (apply_set IS NOT NULL);
CREATE UNIQUE INDEX resource_pkey ON protomesh.resource USING btree (namespace, id);
CREATE UNIQUE INDEX status_pkey ON protomesh.status USING btree (namespace, resource_id, reporter);
CREATE INDEX status_revision ON protomesh.status USING btree (namespace, revision);
CREATE UNIQUE INDEX status_clock_pkey ON protomesh.status_clock USING btree (namespace);

FUNCTION protomesh.commit_writes(text,integer[],boolean[],uuid[],text[],text[],text[],text[],bytea[],bigint[],text[],text[],text,bigint,text[]) RETURNS TABLE(write integer, id uuid, outcome text, revision bigint, micros bigint, hash text, replayed boolean, replaced_kind text, kind text, name text, type_url text, spec bytea, created_revision bigint) plpgsql md5 921ca9642a5d0096299eaba0282a9672;
FUNCTION protomesh.compact_events(text,integer) RETURNS record plpgsql md5 8450863d8abb0a003720928ff386b9f0;
FUNCTION protomesh.current_history() RETURNS text sql md5 7c82526d1c094c7e8e9c3bf53fdf49d8;
FUNCTION protomesh.lapse_reporters(text,bigint,integer) RETURNS integer plpgsql md5 f62da9bcd65f62ffc28d0824eb86f68c;
FUNCTION protomesh.lapsed_statuses(bigint) RETURNS TABLE(namespace text, resource_id uuid, reporter text) sql md5 935e750cd1c1f7597fd91644002b62fa;
FUNCTION protomesh.report_statuses(text,uuid[],text[],bytea[]) RETURNS bigint plpgsql md5 4c4fe33b64026d44e5cb463e2eba50fa;
FUNCTION protomesh.revision_at(text,uuid,bigint,bigint) RETURNS bigint sql md5 1bb9fc7c28d50ac2a94b38e6fea4da0f;
