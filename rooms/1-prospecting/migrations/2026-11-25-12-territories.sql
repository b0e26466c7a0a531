-- Rules that say whose companies are, tried in the order of `position`. `turn` is where dealing round goes on.
CREATE TABLE territory (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  purpose TEXT NOT NULL,
  rule {json} NOT NULL,
  position BIGINT NOT NULL,
  owner_id {uuid} NOT NULL,
  method TEXT NOT NULL,
  members {json} NOT NULL,
  turn BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX territory_by_position ON territory (workspace_id, position);

-- One putting of territories into force. Its id is that of its job; `place` moves in the transaction of the
-- companies it handed over, `undo_place` in that of those it took back.
CREATE TABLE territory_run (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  planned BIGINT NOT NULL,
  unassigned BIGINT NOT NULL,
  moved BIGINT NOT NULL,
  left_alone BIGINT NOT NULL,
  place BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  started_by {uuid},
  undo_job_id {uuid},
  undone BIGINT NOT NULL,
  undo_place BIGINT
);
CREATE INDEX territory_run_by_start ON territory_run (workspace_id, started_at);

-- What a run hands over. `subject_id` is the company as it was then; one that was merged since is passed over.
CREATE TABLE territory_move (
  run_id {uuid} NOT NULL REFERENCES territory_run (id),
  place BIGINT NOT NULL,
  workspace_id {uuid} NOT NULL,
  subject_id {uuid} NOT NULL,
  territory_id {uuid} NOT NULL,
  from_id {uuid},
  to_id {uuid} NOT NULL,
  moved {bool} NOT NULL,
  PRIMARY KEY (run_id, place)
);
