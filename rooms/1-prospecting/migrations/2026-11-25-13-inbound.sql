-- A form by which people get in touch. `content` is what a manager set; `turn` counts leads given to its owners.
CREATE TABLE lead_form (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  token TEXT NOT NULL UNIQUE,
  content {json} NOT NULL,
  consent_version BIGINT NOT NULL,
  turn BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX lead_form_of_workspace ON lead_form (workspace_id, id);

-- Who got in touch, as it came in, with what they agreed to. The proof of a consent is the text itself.
CREATE TABLE lead_arrival (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  form_id {uuid} REFERENCES lead_form (id),
  form_name TEXT,
  origin TEXT NOT NULL,
  external_id TEXT,
  state TEXT NOT NULL,
  spam_reason TEXT,
  given {json} NOT NULL,
  source TEXT,
  locale TEXT,
  consent_text TEXT,
  consent_version BIGINT,
  consented_at BIGINT,
  address TEXT,
  user_agent TEXT,
  person_id {uuid},
  company_id {uuid},
  outcome {json},
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, origin, external_id)
);
CREATE INDEX lead_arrival_by_time ON lead_arrival (workspace_id, created_at, id);
CREATE INDEX lead_arrival_of_form ON lead_arrival (form_id, created_at);
CREATE INDEX lead_arrival_of_person ON lead_arrival (person_id);
CREATE INDEX lead_arrival_of_company ON lead_arrival (company_id);
CREATE INDEX lead_arrival_spam ON lead_arrival (state, created_at);
