-- Moves between levels of awareness, each with its cause.
CREATE TABLE awareness_move (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  from_level TEXT NOT NULL,
  to_level TEXT NOT NULL,
  cause TEXT NOT NULL,
  note TEXT,
  person_id {uuid},
  source_event_id {uuid},
  at BIGINT NOT NULL,
  created_by {uuid}
);
CREATE INDEX awareness_move_by_deal ON awareness_move (deal_id, at, id);

-- Touches that give something, and those that ask.
CREATE TABLE value_touch (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  finding_id {uuid},
  person_id {uuid},
  automatic {bool} NOT NULL,
  at BIGINT NOT NULL,
  created_by {uuid}
);
CREATE INDEX value_touch_by_deal ON value_touch (deal_id, at, id);

-- Signs of interest. One that comes from an event comes from it once.
CREATE TABLE nurture_signal (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  kind TEXT NOT NULL,
  note TEXT,
  person_id {uuid},
  source_event_id {uuid},
  at BIGINT NOT NULL,
  created_by {uuid},
  UNIQUE (deal_id, kind, source_event_id)
);
CREATE INDEX nurture_signal_by_deal ON nurture_signal (deal_id, at, id);
