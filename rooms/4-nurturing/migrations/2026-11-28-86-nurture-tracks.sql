-- A sequence that keeps in touch: for whom it is, and at which pace.
CREATE TABLE track (
  sequence_id {uuid} PRIMARY KEY REFERENCES sequence (id),
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  kind TEXT NOT NULL,
  every_days BIGINT,
  enter_from TEXT,
  enter_to TEXT,
  exit_at TEXT,
  enters_alone {bool} NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX track_of_workspace ON track (workspace_id, kind);

-- What became of a step of somebody's track: when it was planned, why it moved, when it was given free and with what.
CREATE TABLE track_turn (
  enrolment_id {uuid} NOT NULL REFERENCES enrolment (id),
  step BIGINT NOT NULL,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  planned_at BIGINT NOT NULL,
  moved_to BIGINT,
  because TEXT,
  content_id {uuid},
  cleared_at BIGINT,
  PRIMARY KEY (enrolment_id, step)
);

-- A move of awareness that was taken back counts no more.
ALTER TABLE awareness_move ADD COLUMN undone_at BIGINT;
