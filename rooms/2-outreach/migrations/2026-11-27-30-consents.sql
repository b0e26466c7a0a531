-- Consents as they were given, and words that something is no advertisement; and what a mail has to be marked with.
CREATE TABLE consent (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  person_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  how TEXT NOT NULL,
  wording TEXT NOT NULL,
  confirmed_at BIGINT,
  withdrawn_at BIGINT,
  withdrawn_why TEXT,
  arrival_id {uuid},
  created_by {uuid},
  created_at BIGINT NOT NULL
);
CREATE INDEX consent_by_person ON consent (person_id);
CREATE UNIQUE INDEX consent_once_per_arrival ON consent (arrival_id) WHERE arrival_id IS NOT NULL;
ALTER TABLE message ADD COLUMN label TEXT;
