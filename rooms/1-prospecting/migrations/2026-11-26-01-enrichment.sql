-- A source of values: what to ask of it, what to take from its answers, how often it may be asked. `meter_*` count
-- calls in the transaction that claims them; `paused_until` is a pause it asked for or earned by failing.
CREATE TABLE enrichment_provider (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  enabled {bool} NOT NULL,
  on_arrival {bool} NOT NULL,
  refresh_days BIGINT,
  content {json} NOT NULL,
  secrets {json} NOT NULL,
  meter_day BIGINT NOT NULL,
  meter_day_calls BIGINT NOT NULL,
  meter_month BIGINT NOT NULL,
  meter_month_calls BIGINT NOT NULL,
  next_call_at BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  trouble TEXT,
  trouble_detail TEXT,
  trouble_at BIGINT,
  paused_until BIGINT,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX enrichment_provider_of_workspace ON enrichment_provider (workspace_id, id);

-- Answers that still hold, by what was asked; while one is being asked for, `expires_at` is the end of its lease.
CREATE TABLE enrichment_answer (
  provider_id {uuid} NOT NULL REFERENCES enrichment_provider (id),
  request_key TEXT NOT NULL,
  workspace_id {uuid} NOT NULL,
  state TEXT NOT NULL,
  findings {json} NOT NULL,
  source_url TEXT,
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (provider_id, request_key)
);
CREATE INDEX enrichment_answer_by_end ON enrichment_answer (expires_at);

-- What a source said of a field of a record, newest only, and what became of it. `written` is the last it wrote there.
CREATE TABLE enrichment_value (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  provider_id {uuid} NOT NULL REFERENCES enrichment_provider (id),
  company_id {uuid},
  person_id {uuid},
  field TEXT NOT NULL,
  value {json} NOT NULL,
  state TEXT NOT NULL,
  confidence {double} NOT NULL,
  source_url TEXT,
  fetched_at BIGINT NOT NULL,
  before_value {json},
  written {json},
  written_at BIGINT,
  decided_by {uuid},
  decided_at BIGINT
);
CREATE UNIQUE INDEX enrichment_value_of_company ON enrichment_value (company_id, field, provider_id);
CREATE UNIQUE INDEX enrichment_value_of_person ON enrichment_value (person_id, field, provider_id);

-- The last time a source was asked about a record, or that it is to be asked (`due`, `queued`).
CREATE TABLE enrichment_run (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  provider_id {uuid} NOT NULL REFERENCES enrichment_provider (id),
  company_id {uuid},
  person_id {uuid},
  state TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  written BIGINT NOT NULL,
  proposed BIGINT NOT NULL,
  cached {bool} NOT NULL,
  asked_at BIGINT NOT NULL,
  job_id {uuid}
);
CREATE UNIQUE INDEX enrichment_run_of_company ON enrichment_run (company_id, provider_id);
CREATE UNIQUE INDEX enrichment_run_of_person ON enrichment_run (person_id, provider_id);
CREATE INDEX enrichment_run_by_age ON enrichment_run (provider_id, asked_at);
CREATE INDEX enrichment_run_of_job ON enrichment_run (job_id, state, id);
