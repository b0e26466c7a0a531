-- Versions of the process. A published one never changes.
CREATE TABLE process_version (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  number BIGINT NOT NULL,
  state TEXT NOT NULL,
  definition {json} NOT NULL,
  note TEXT,
  published_at BIGINT,
  published_by {uuid},
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, number)
);

-- Every move of every deal, as it was decided.
CREATE TABLE transition (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  kind TEXT NOT NULL,
  from_stage TEXT NOT NULL,
  from_status TEXT NOT NULL,
  to_stage TEXT NOT NULL,
  to_status TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id {uuid},
  process_version_id {uuid},
  gate {json} NOT NULL,
  reason TEXT,
  reasons {json} NOT NULL,
  forced {bool} NOT NULL,
  age_seconds BIGINT NOT NULL,
  business_seconds BIGINT NOT NULL,
  sla_state TEXT NOT NULL,
  value_minor BIGINT,
  value_currency TEXT,
  wake_on TEXT,
  cause_id {uuid},
  event_id {uuid} NOT NULL,
  detail {json} NOT NULL,
  position_before {json} NOT NULL,
  tasks_made {json} NOT NULL,
  tasks_cancelled {json} NOT NULL,
  undoes_id {uuid}
);
CREATE INDEX transition_by_deal ON transition (deal_id, at, id);
CREATE INDEX transition_by_time ON transition (workspace_id, at, id);

-- What rooms found out about a deal, as far as gates read it: one row a key.
CREATE TABLE deal_fact (
  workspace_id {uuid} NOT NULL,
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  fact_key TEXT NOT NULL,
  value {json} NOT NULL,
  evidence {json} NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, deal_id, fact_key)
);

-- Times in which a deal's clock stood: while it was closed or parked, or waiting for a promise.
CREATE TABLE deal_pause (
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  workspace_id {uuid} NOT NULL,
  why TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (deal_id, why, from_at)
);

-- Parked deals by the day on which they wake.
CREATE INDEX deal_by_wake ON deal (wake_on) WHERE status = 'not_yet' AND deleted_at IS NULL;
