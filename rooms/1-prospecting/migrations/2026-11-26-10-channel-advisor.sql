-- A touch of one person by one channel, and what came of it: `open` until somebody answers or its time is over,
-- then `success`, `answered` (but no conversation) or `failure`; `called_us` is a call of theirs. `id` is its event's.
CREATE TABLE channel_touch (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  channel TEXT NOT NULL,
  segment TEXT NOT NULL,
  source_id {uuid},
  state TEXT NOT NULL,
  reached {bool} NOT NULL,
  at BIGINT NOT NULL,
  settles_at BIGINT
);
CREATE INDEX channel_touch_by_person ON channel_touch (person_id, at);
CREATE INDEX channel_touch_open ON channel_touch (settles_at) WHERE state = 'open';

-- Outcomes by channel, of a segment or (segment '') of the whole workspace. They fade; what stands here is as of `as_of`.
CREATE TABLE channel_outcome (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  segment TEXT NOT NULL,
  channel TEXT NOT NULL,
  reached {double} NOT NULL,
  unreached {double} NOT NULL,
  successes {double} NOT NULL,
  failures {double} NOT NULL,
  touches BIGINT NOT NULL,
  as_of BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, segment, channel)
);

-- Who is not to be written to: hashes of addresses, domains and people, so that nothing outlives an erasure.
CREATE TABLE channel_block (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  key_hash TEXT NOT NULL,
  PRIMARY KEY (workspace_id, key_hash)
);
