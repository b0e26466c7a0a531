-- What is due is found by who sends it: a tick reads what is due, never what waits for a paused sequence or a mailbox at rest.
DROP INDEX enrolment_due;
CREATE INDEX enrolment_due ON enrolment (sequence_id, next_run_at)
  WHERE state IN ('scheduled', 'active') AND next_run_at IS NOT NULL;
DROP INDEX message_queued;
CREATE INDEX message_queued ON message (mailbox_id, due_at) WHERE state = 'queued';
CREATE INDEX message_by_hand ON message (mailbox_id, due_at) WHERE state = 'queued' AND enrolment_id IS NULL;
DROP INDEX message_to_rehearse;
CREATE INDEX message_to_rehearse ON message (mailbox_id, sent_at)
  WHERE origin <> 'reply' AND state = 'sent' AND rehearsed_at IS NULL;
-- The hash holds the scope already.
CREATE INDEX suppression_by_key ON suppression (workspace_id, key_hash) WHERE lifted_at IS NULL;
CREATE INDEX message_first_touch ON message (workspace_id, company_id, sent_at)
  WHERE direction = 'out' AND step = 1 AND company_id IS NOT NULL;
-- When a recipient's domain may get the next automatic mail of a workspace.
CREATE TABLE domain_slot (
  workspace_id {uuid} NOT NULL,
  domain TEXT NOT NULL,
  next_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, domain)
);
-- Which wording of a step a mail has, from 1, where a step has several.
ALTER TABLE message ADD COLUMN variant BIGINT;
CREATE INDEX message_by_variant ON message (sequence_id, step, variant, sent_at) WHERE variant IS NOT NULL;
-- What happened on the way and decides at forks: a click, a call's outcome, a piece delivered.
CREATE TABLE enrolment_fact (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  enrolment_id {uuid} NOT NULL REFERENCES enrolment (id),
  step BIGINT,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX enrolment_fact_of ON enrolment_fact (enrolment_id, kind, value);
CREATE INDEX message_by_answers ON message (answers_id) WHERE answers_id IS NOT NULL;
-- How people are dealt out to the wordings of a step of a version, and whether one has won.
CREATE TABLE sequence_variant (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  sequence_id {uuid} NOT NULL REFERENCES sequence (id),
  version BIGINT NOT NULL,
  step BIGINT NOT NULL,
  shares {json} NOT NULL,
  winner BIGINT,
  reason TEXT,
  looked_at BIGINT NOT NULL,
  PRIMARY KEY (sequence_id, version, step)
);
