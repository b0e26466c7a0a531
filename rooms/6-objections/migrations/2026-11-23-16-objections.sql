-- Objections, stated and real, and how they were settled. A repetition reopens the same one.
CREATE TABLE objection (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  person_id {uuid},
  stage TEXT NOT NULL,
  stated TEXT NOT NULL,
  stated_kind TEXT NOT NULL,
  real_kind TEXT,
  state TEXT NOT NULL,
  times BIGINT NOT NULL,
  answer TEXT,
  questions_skipped {bool} NOT NULL,
  settled_words TEXT,
  settled_by_person {uuid},
  settled_at BIGINT,
  raised_at BIGINT NOT NULL,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX objection_by_deal ON objection (deal_id, created_at, id);
CREATE INDEX objection_by_kind ON objection (workspace_id, stated_kind, state);

-- What we asked about an objection, and what they answered in their words.
CREATE TABLE objection_question (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  objection_id {uuid} NOT NULL REFERENCES objection (id),
  question TEXT NOT NULL,
  answer TEXT,
  at BIGINT NOT NULL,
  created_by {uuid}
);
CREATE INDEX objection_question_by_objection ON objection_question (objection_id, at);
