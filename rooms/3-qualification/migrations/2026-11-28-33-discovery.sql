-- Discovery frameworks: a working copy each, and the versions that were published; those never change.
CREATE TABLE framework (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  framework_key TEXT NOT NULL,
  outline {json} NOT NULL,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  archived_at BIGINT,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (workspace_id, framework_key)
);
CREATE TABLE framework_version (
  framework_id {uuid} NOT NULL REFERENCES framework (id),
  number BIGINT NOT NULL,
  workspace_id {uuid} NOT NULL,
  outline {json} NOT NULL,
  published_by {uuid},
  published_at BIGINT NOT NULL,
  PRIMARY KEY (framework_id, number)
);

-- Talks with a prospect: in which version of which framework, and how they went.
CREATE TABLE talk (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  kind TEXT NOT NULL,
  framework_id {uuid} NOT NULL REFERENCES framework (id),
  framework_version BIGINT NOT NULL,
  person_id {uuid},
  activity_id {uuid},
  task_id {uuid},
  link TEXT,
  token TEXT,
  state TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  seconds BIGINT,
  created_by {uuid},
  updated_at BIGINT NOT NULL
);
CREATE INDEX talk_by_deal ON talk (deal_id, started_at);
CREATE UNIQUE INDEX talk_by_token ON talk (token) WHERE token IS NOT NULL;

-- What stands in each place of a talk: notes, ticks, and the parts of each answer.
CREATE TABLE talk_cell (
  talk_id {uuid} NOT NULL REFERENCES talk (id),
  cell TEXT NOT NULL,
  workspace_id {uuid} NOT NULL,
  value {json} NOT NULL,
  revision BIGINT NOT NULL,
  updated_by {uuid},
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (talk_id, cell)
);

-- Everything anybody ever sent for a place, what was refused among it. `patch_id` is the sender's, so that what is sent
-- twice is one change.
CREATE TABLE talk_revision (
  talk_id {uuid} NOT NULL REFERENCES talk (id),
  patch_id {uuid} NOT NULL,
  workspace_id {uuid} NOT NULL,
  cell TEXT NOT NULL,
  base BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  value {json} NOT NULL,
  result {json} NOT NULL,
  written_by {uuid},
  at BIGINT NOT NULL,
  PRIMARY KEY (talk_id, patch_id)
);
CREATE INDEX talk_revision_of ON talk_revision (talk_id, cell, at);

-- What an answer has written elsewhere, so that a corrected answer corrects that and adds nothing.
CREATE TABLE talk_wrote (
  talk_id {uuid} NOT NULL REFERENCES talk (id),
  question_key TEXT NOT NULL,
  target TEXT NOT NULL,
  workspace_id {uuid} NOT NULL,
  row_id {uuid} NOT NULL,
  PRIMARY KEY (talk_id, question_key, target)
);

-- What was decided about a deal after the talks, with how it stood then.
CREATE TABLE fit_decision (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  verdict TEXT NOT NULL,
  reason TEXT,
  note TEXT,
  told TEXT,
  message_id {uuid},
  person_id {uuid},
  recheck_on TEXT,
  task_id {uuid},
  transition_id {uuid},
  grade TEXT,
  score BIGINT,
  decided_by {uuid},
  at BIGINT NOT NULL
);
CREATE INDEX fit_decision_by_deal ON fit_decision (deal_id, at);
CREATE INDEX fit_decision_by_time ON fit_decision (workspace_id, verdict, at);

-- Answers to an honest mail that may open a deal again.
CREATE TABLE reopen_proposal (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  decision_id {uuid} NOT NULL REFERENCES fit_decision (id),
  message_id {uuid} NOT NULL,
  person_id {uuid},
  excerpt TEXT NOT NULL,
  state TEXT NOT NULL,
  settled_by {uuid},
  settled_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (decision_id, message_id)
);
CREATE INDEX reopen_proposal_by_deal ON reopen_proposal (deal_id, created_at);
