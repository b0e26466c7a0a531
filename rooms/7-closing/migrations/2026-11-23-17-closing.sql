-- The plan towards the decision and past it: one a deal.
CREATE TABLE closing_plan (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL UNIQUE REFERENCES deal (id),
  results {json} NOT NULL,
  decision_on TEXT,
  steps {json} NOT NULL,
  open_questions {json} NOT NULL,
  start_date TEXT,
  no_start_date TEXT,
  terms TEXT,
  legal_name TEXT,
  billing_contact TEXT,
  acceptance {json},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- Each time the decision was asked for.
CREATE TABLE close_attempt (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  kind TEXT NOT NULL,
  words TEXT NOT NULL,
  answer TEXT NOT NULL,
  answer_words TEXT,
  person_id {uuid},
  at BIGINT NOT NULL,
  created_by {uuid}
);
CREATE INDEX close_attempt_by_deal ON close_attempt (deal_id, at, id);
