-- Ideal customer profiles. `criteria` is what is being worked on; what scores companies is the row of
-- `icp_profile_version` that `version` points to. `averages` belong to that version.
CREATE TABLE icp_profile (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  purpose TEXT,
  currency TEXT NOT NULL,
  criteria {json} NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  averages {json} NOT NULL,
  published_at BIGINT,
  published_by {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX icp_profile_by_workspace ON icp_profile (workspace_id, created_at);
-- One profile at a time drives the scores.
CREATE UNIQUE INDEX icp_profile_published ON icp_profile (workspace_id) WHERE state = 'published' AND deleted_at IS NULL;

CREATE TABLE icp_profile_version (
  profile_id {uuid} NOT NULL REFERENCES icp_profile (id),
  version BIGINT NOT NULL,
  workspace_id {uuid} NOT NULL,
  criteria {json} NOT NULL,
  note TEXT,
  published_at BIGINT NOT NULL,
  published_by {uuid},
  PRIMARY KEY (profile_id, version)
);

-- How far each re-scoring has come; moves in the transaction of the rows it scored.
CREATE TABLE icp_rescore (
  job_id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  profile_id {uuid} NOT NULL,
  version BIGINT NOT NULL,
  phase TEXT NOT NULL,
  after_id {uuid},
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  scored BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  sums {json} NOT NULL
);
-- Re-scoring reads a workspace's companies by id.
CREATE INDEX company_by_id ON company (workspace_id, id) WHERE deleted_at IS NULL;

-- Five things worth knowing before the first word, one row a deal.
CREATE TABLE deal_research (
  deal_id {uuid} PRIMARY KEY REFERENCES deal (id),
  workspace_id {uuid} NOT NULL,
  items {json} NOT NULL,
  grade_waived TEXT,
  revision BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by {uuid}
);
