-- The event log. Append-only: rows are never changed, save that erasure may blank a payload.
-- `tx` orders commits on PostgreSQL: consumers read only below the oldest transaction still open,
-- so a late commit is never skipped. SQLite has one writer, there `tx` is always 0.
CREATE TABLE event (
  seq {serial},
  id {uuid} NOT NULL UNIQUE,
--sqlite   tx BIGINT NOT NULL DEFAULT 0,
--postgres   tx BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  workspace_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id {uuid},
  company_id {uuid},
  person_id {uuid},
  deal_id {uuid},
  subject_id {uuid},
  process_version_id {uuid},
  cause_id {uuid},
  payload {json} NOT NULL
);
CREATE INDEX event_order ON event (tx, seq);
CREATE INDEX event_by_company ON event (company_id, at DESC, seq DESC) WHERE company_id IS NOT NULL;
CREATE INDEX event_by_person ON event (person_id, at DESC, seq DESC) WHERE person_id IS NOT NULL;
CREATE INDEX event_by_deal ON event (deal_id, at DESC, seq DESC) WHERE deal_id IS NOT NULL;
CREATE INDEX event_by_kind ON event (workspace_id, kind, at);

-- How far each consumer has read.
CREATE TABLE reaction_cursor (
  name TEXT PRIMARY KEY,
  tx BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  moved_at BIGINT NOT NULL
);

-- Events a reaction could not digest after its tries; kept for a person to look at.
CREATE TABLE reaction_failure (
  name TEXT NOT NULL,
  event_id {uuid} NOT NULL,
  why TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (name, event_id)
);

-- Background work.
CREATE TABLE job (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  payload {json} NOT NULL,
  done BIGINT NOT NULL DEFAULT 0,
  total BIGINT NOT NULL DEFAULT 0,
  result {json} NOT NULL,
  error TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  cancel_requested {bool} NOT NULL DEFAULT FALSE,
  run_at BIGINT NOT NULL,
  lease_until BIGINT,
  lease_by TEXT,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT
);
CREATE INDEX job_due ON job (run_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_by_workspace ON job (workspace_id, kind, created_at DESC);

-- Files, in pieces of at most 1 MiB so that no statement carries a whole upload.
CREATE TABLE file (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE file_piece (
  file_id {uuid} NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  bytes {bytes} NOT NULL,
  PRIMARY KEY (file_id, n)
);

-- Search: one line per record; its words are indexed as whole words, prefixes and Hangul pairs.
CREATE TABLE search_entry (
--sqlite   row_no INTEGER PRIMARY KEY,
--postgres   row_no BIGSERIAL PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  record_id {uuid} NOT NULL UNIQUE,
  title TEXT NOT NULL,
  subtitle TEXT NOT NULL,
  body TEXT NOT NULL
--postgres   , grams TSVECTOR NOT NULL
);
--postgres CREATE INDEX search_grams ON search_entry USING gin (grams);
--sqlite CREATE VIRTUAL TABLE search_grams USING fts5 (grams, content='', contentless_delete=1, detail=none, tokenize='unicode61 remove_diacritics 0');
