-- Trials of the five rates, kept in step with the event log and rebuildable from it at any time.
-- A trial carries the labels that held when it began (docs/metrics.md, attribution).
CREATE TABLE trial (
  workspace_id {uuid} NOT NULL,
  -- Whose log it was read from: a company, or a person without company.
  subject_id {uuid} NOT NULL,
  rate TEXT NOT NULL,
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  success_at BIGINT,
  lost_at BIGINT,
  delivered {bool} NOT NULL DEFAULT FALSE,
  person_id {uuid},
  deal_id {uuid},
  rep_id {uuid},
  channel TEXT,
  sequence_id {uuid},
  process_version_id {uuid},
  PRIMARY KEY (workspace_id, subject_id, rate, n)
);
CREATE INDEX trial_by_time ON trial (workspace_id, rate, at);
CREATE INDEX trial_by_success ON trial (workspace_id, rate, success_at) WHERE success_at IS NOT NULL;
