-- Who is at work on a company, and what came of it: `open`, `done`, `later` (until `wake_at`), `unfit` (`reason`).
CREATE TABLE research_desk (
  company_id {uuid} PRIMARY KEY REFERENCES company (id),
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  state TEXT NOT NULL,
  reason TEXT,
  wake_at BIGINT,
  held_by {uuid},
  held_until BIGINT,
  decided_by {uuid},
  decided_at BIGINT
);
CREATE INDEX research_desk_by_holder ON research_desk (workspace_id, held_by, held_until);
CREATE INDEX research_desk_by_wake ON research_desk (wake_at) WHERE wake_at IS NOT NULL;

-- Answers to the questions asked about a company, each with where it is known from. One that was taken back
-- has `undone_at`.
CREATE TABLE company_answer (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  company_id {uuid} NOT NULL REFERENCES company (id),
  deal_id {uuid},
  question TEXT NOT NULL,
  value {json} NOT NULL,
  before {json} NOT NULL,
  kind TEXT NOT NULL,
  url TEXT,
  quote TEXT,
  answered_by {uuid},
  answered_at BIGINT NOT NULL,
  undone_at BIGINT
);
CREATE INDEX company_answer_by_company ON company_answer (company_id, answered_at);
