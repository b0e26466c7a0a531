-- Answers to creates that carried an Idempotency-Key, kept for a day.
CREATE TABLE idempotency (
  workspace_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  idempotency_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status INTEGER,
  body TEXT,
  at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, user_id, idempotency_key)
);
CREATE INDEX idempotency_by_age ON idempotency (at);
