-- Two records that may be one, `a_id` before `b_id`. Open until somebody merges them or says they are two.
CREATE TABLE duplicate_pair (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  a_id {uuid} NOT NULL,
  b_id {uuid} NOT NULL,
  score {double} NOT NULL,
  weight {double} NOT NULL,
  evidence {json} NOT NULL,
  state TEXT NOT NULL,
  found_by {uuid},
  found_at BIGINT NOT NULL,
  merge_id {uuid},
  decided_by {uuid},
  decided_at BIGINT,
  UNIQUE (workspace_id, record_kind, a_id, b_id)
);
CREATE INDEX duplicate_pair_by_score ON duplicate_pair (workspace_id, record_kind, state, COALESCE(score, -1), id);
CREATE INDEX duplicate_pair_of_a ON duplicate_pair (a_id);
CREATE INDEX duplicate_pair_of_b ON duplicate_pair (b_id);

-- From which score on pairs are merged without anybody looking. No row: never.
CREATE TABLE duplicate_setting (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  auto_merge_at {double} NOT NULL,
  PRIMARY KEY (workspace_id, record_kind)
);
