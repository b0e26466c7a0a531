-- Consents that were not taken back, and words that something is no advertisement, as the log tells of them; `id` is the consent's.
CREATE TABLE channel_consent (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  person_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  since BIGINT NOT NULL
);
CREATE INDEX channel_consent_by_person ON channel_consent (person_id);
