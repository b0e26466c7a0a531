-- Where an objection was heard, how it sounded more closely, how sure we are of what is behind it, and that we
-- acknowledged it before we asked.
ALTER TABLE objection ADD COLUMN stated_sub TEXT;
ALTER TABLE objection ADD COLUMN real_sub TEXT;
ALTER TABLE objection ADD COLUMN real_confidence BIGINT;
ALTER TABLE objection ADD COLUMN source TEXT;
ALTER TABLE objection ADD COLUMN source_id {uuid};
ALTER TABLE objection ADD COLUMN acknowledged TEXT;
ALTER TABLE objection ADD COLUMN response_id {uuid};
CREATE INDEX objection_open ON objection (workspace_id, raised_at, id);

-- Related things that were looked into: settled by a word, or another objection of the deal.
CREATE TABLE objection_link (
  objection_id {uuid} NOT NULL REFERENCES objection (id),
  related TEXT NOT NULL,
  workspace_id {uuid} NOT NULL,
  linked_id {uuid},
  note TEXT,
  created_by {uuid},
  at BIGINT NOT NULL,
  PRIMARY KEY (objection_id, related)
);

-- Names of the workspace's own for what they say; each is one of the eight kinds underneath.
CREATE TABLE objection_label (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  label_en TEXT NOT NULL,
  label_ko TEXT NOT NULL,
  kind TEXT NOT NULL,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX objection_label_by_workspace ON objection_label (workspace_id, created_at);

-- What a mail, a talk or a question on a page may hold against us; a person decides.
CREATE TABLE objection_proposal (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  person_id {uuid},
  source TEXT NOT NULL,
  source_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  quote TEXT NOT NULL,
  state TEXT NOT NULL,
  objection_id {uuid},
  decided_by {uuid},
  decided_at BIGINT,
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX objection_proposal_once ON objection_proposal (source_id, kind);
CREATE INDEX objection_proposal_open ON objection_proposal (workspace_id, state, at, id);
CREATE INDEX objection_proposal_by_deal ON objection_proposal (deal_id, at, id);

-- What we answer, in both languages, by kind and whom it is for.
CREATE TABLE objection_response (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  kind TEXT NOT NULL,
  roles {json} NOT NULL,
  texts {json} NOT NULL,
  starter TEXT,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX objection_response_by_kind ON objection_response (workspace_id, kind, created_at, id);

-- How a response read before it was changed.
CREATE TABLE objection_response_version (
  response_id {uuid} NOT NULL REFERENCES objection_response (id),
  version BIGINT NOT NULL,
  workspace_id {uuid} NOT NULL,
  texts {json} NOT NULL,
  created_by {uuid},
  at BIGINT NOT NULL,
  PRIMARY KEY (response_id, version)
);

-- Each time a response was given, and what came of it.
CREATE TABLE objection_use (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  objection_id {uuid} NOT NULL REFERENCES objection (id),
  deal_id {uuid} NOT NULL,
  response_id {uuid} NOT NULL REFERENCES objection_response (id),
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  created_by {uuid},
  confirmed_at BIGINT,
  reopened_at BIGINT,
  lost_at BIGINT
);
CREATE INDEX objection_use_by_objection ON objection_use (objection_id, at);
CREATE INDEX objection_use_by_response ON objection_use (workspace_id, response_id, at);
CREATE INDEX objection_use_by_deal ON objection_use (deal_id, at);
