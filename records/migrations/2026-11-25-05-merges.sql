-- Two records that became one. The one that went stands where it stood, deleted, and names the other.
ALTER TABLE company ADD COLUMN merged_into {uuid};
ALTER TABLE person ADD COLUMN merged_into {uuid};
CREATE INDEX company_merged ON company (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX person_merged ON person (merged_into) WHERE merged_into IS NOT NULL;

-- A merge: what it changed on the record that stayed, so that it can be taken back.
CREATE TABLE record_merge (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  kept_id {uuid} NOT NULL,
  merged_id {uuid} NOT NULL,
  kept_name TEXT NOT NULL,
  merged_name TEXT NOT NULL,
  before {json} NOT NULL,
  after {json} NOT NULL,
  roles {json} NOT NULL,
  score {double},
  automatic {bool} NOT NULL,
  event_id {uuid},
  created_by {uuid},
  created_at BIGINT NOT NULL,
  undone_by {uuid},
  undone_at BIGINT
);
CREATE INDEX record_merge_by_created ON record_merge (workspace_id, COALESCE(created_at, -1), id);
CREATE INDEX record_merge_by_kept ON record_merge (kept_id);
CREATE INDEX record_merge_by_merged ON record_merge (merged_id);

-- Which rows named the record that went and now name the other.
CREATE TABLE record_merge_moved (
  merge_id {uuid} NOT NULL REFERENCES record_merge (id),
  n BIGINT NOT NULL,
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  row_keys {json} NOT NULL,
  PRIMARY KEY (merge_id, n)
);
