-- What people have to be told about their consent, one row for each consent or refusal and kind; and the mail that told it.
CREATE TABLE consent_notice (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  person_id {uuid} NOT NULL,
  cause_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  tell_by BIGINT NOT NULL,
  state TEXT NOT NULL,
  why TEXT,
  due_at BIGINT NOT NULL,
  message_id {uuid},
  told_at BIGINT,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX consent_notice_once ON consent_notice (cause_id, person_id, kind, said_at);
CREATE INDEX consent_notice_due ON consent_notice (due_at) WHERE state IN ('waiting', 'queued');
CREATE INDEX consent_notice_by_person ON consent_notice (person_id);
CREATE INDEX consent_notice_by_message ON consent_notice (message_id) WHERE message_id IS NOT NULL;
