-- What the plan holds besides: documents, levers, the next attempt, what they pay by the month, the page the buyer
-- sees, and who (`person_id`) is reminded from which mailbox, once
-- somebody allowed it.
ALTER TABLE closing_plan ADD COLUMN documents {json};
ALTER TABLE closing_plan ADD COLUMN levers {json};
ALTER TABLE closing_plan ADD COLUMN next_attempt {json};
ALTER TABLE closing_plan ADD COLUMN monthly {json};
ALTER TABLE closing_plan ADD COLUMN offer_id {uuid};
ALTER TABLE closing_plan ADD COLUMN page_token TEXT;
ALTER TABLE closing_plan ADD COLUMN person_id {uuid};
ALTER TABLE closing_plan ADD COLUMN reminders_mailbox {uuid};
ALTER TABLE closing_plan ADD COLUMN reminders_by {uuid};
ALTER TABLE closing_plan ADD COLUMN reminders_at BIGINT;
CREATE UNIQUE INDEX closing_plan_page ON closing_plan (page_token) WHERE page_token IS NOT NULL;

-- Which levers were shown when the decision was asked for.
ALTER TABLE close_attempt ADD COLUMN levers {json};
ALTER TABLE close_attempt ADD COLUMN override_reason TEXT;

-- Facts with a day behind urgency: a price that changes, places that are left, a programme that ends.
CREATE TABLE closing_fact (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  kind TEXT NOT NULL,
  what TEXT NOT NULL,
  afterwards TEXT NOT NULL,
  source TEXT NOT NULL,
  on_day TEXT NOT NULL,
  places BIGINT,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  withdrawn_at BIGINT
);
CREATE INDEX closing_fact_by_workspace ON closing_fact (workspace_id, created_at);

-- Reminders of buyer's steps: one for each step and week.
CREATE TABLE closing_reminder (
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  step_id {uuid} NOT NULL,
  week TEXT NOT NULL,
  workspace_id {uuid} NOT NULL,
  message_id {uuid},
  at BIGINT NOT NULL,
  PRIMARY KEY (deal_id, step_id, week)
);

-- When each deal that is closing was last looked after.
CREATE TABLE closing_watch (
  deal_id {uuid} PRIMARY KEY REFERENCES deal (id),
  workspace_id {uuid} NOT NULL,
  looked_at BIGINT NOT NULL
);

-- What the buyer wrote on the page of a plan, counted so that nobody floods it.
CREATE TABLE closing_page_post (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  deal_id {uuid} NOT NULL,
  address TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX closing_page_post_by_deal ON closing_page_post (deal_id, at);

-- The summary of a meeting that was sent.
CREATE TABLE meeting_summary (
  activity_id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  recipients {json} NOT NULL,
  sent_by {uuid},
  at BIGINT NOT NULL
);

-- What a lost deal taught, and the honest mail that closed it.
CREATE TABLE loss_note (
  id {uuid} PRIMARY KEY,
  deal_id {uuid} NOT NULL UNIQUE REFERENCES deal (id),
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  lesson TEXT,
  message_id {uuid},
  person_id {uuid},
  created_by {uuid},
  at BIGINT NOT NULL
);

-- A company said no for everybody there: nobody else of it is proposed.
CREATE TABLE company_refusal (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  company_id {uuid} NOT NULL,
  deal_id {uuid} NOT NULL,
  words TEXT NOT NULL,
  created_by {uuid},
  at BIGINT NOT NULL,
  lifted_at BIGINT
);
CREATE INDEX company_refusal_by_company ON company_refusal (workspace_id, company_id);

-- The deal that follows one that was won: a renewal, or more of it.
CREATE TABLE follow_on (
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  next_id {uuid} PRIMARY KEY REFERENCES deal (id),
  workspace_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  created_by {uuid},
  at BIGINT NOT NULL
);
CREATE INDEX follow_on_by_deal ON follow_on (deal_id, at);
