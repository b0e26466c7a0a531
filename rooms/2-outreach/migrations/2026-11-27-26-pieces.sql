-- A letter, a card or something else sent by post before somebody calls: made by a step of a sequence or by hand, and
-- followed by a person until it arrived or came back.
CREATE TABLE piece (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  company_id {uuid},
  deal_id {uuid},
  enrolment_id {uuid} REFERENCES enrolment (id),
  sequence_id {uuid},
  step BIGINT,
  kind TEXT NOT NULL,
  headline TEXT NOT NULL,
  body TEXT NOT NULL,
  personality TEXT NOT NULL,
  unique_value TEXT NOT NULL,
  goal TEXT NOT NULL,
  cost_minor BIGINT,
  cost_currency TEXT,
  sender_name TEXT NOT NULL,
  missing {json} NOT NULL,
  warnings {json} NOT NULL,
  state TEXT NOT NULL,
  printed_at BIGINT,
  sent_at BIGINT,
  delivered_at BIGINT,
  returned_at BIGINT,
  created_by {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX piece_once_per_step ON piece (enrolment_id, step) WHERE enrolment_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX piece_by_created ON piece (workspace_id, COALESCE(created_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX piece_by_state ON piece (workspace_id, state, COALESCE(created_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX piece_by_person ON piece (person_id) WHERE deleted_at IS NULL;
