-- Each call of ours by the hour of the week on the clock of whom it was made to: 0 is Monday from midnight to one.
CREATE TABLE call_slot (
  activity_id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  slot BIGINT NOT NULL,
  connected BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX call_slot_of ON call_slot (workspace_id, slot, connected);

-- What followed from a disposition, so that all of it can be taken back.
CREATE TABLE call_disposed (
  activity_id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  task_id {uuid} NOT NULL REFERENCES task (id),
  meeting_id {uuid},
  callback_id {uuid},
  created_by {uuid} NOT NULL,
  created_at BIGINT NOT NULL,
  undone_at BIGINT
);

-- The server outside that is told whom to call.
CREATE TABLE dialer (
  workspace_id {uuid} PRIMARY KEY REFERENCES workspace (id),
  url TEXT NOT NULL,
  secret TEXT,
  updated_by {uuid},
  updated_at BIGINT NOT NULL
);
