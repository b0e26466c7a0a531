-- What was advised when a touch was made, and the hour it was on the clock of whom it was made to. `advised` is the
-- channel to begin with; `as_advised` whether this touch is part of the way that was advised; `drawn` whether that
-- advice was drawn by lot (null where no lot was cast); `predicted` the share believed of this channel then.
ALTER TABLE channel_touch ADD COLUMN local_hour BIGINT;
ALTER TABLE channel_touch ADD COLUMN advised TEXT;
ALTER TABLE channel_touch ADD COLUMN as_advised {bool};
ALTER TABLE channel_touch ADD COLUMN drawn {bool};
ALTER TABLE channel_touch ADD COLUMN predicted {double};
CREATE INDEX channel_touch_with_advice ON channel_touch (workspace_id, at) WHERE advised IS NOT NULL;

-- Outcomes by local hour, 0 to 23, of a segment or (segment '') of the whole workspace. Successes and failures fade and
-- stand as of `as_of`; `sends` does not.
CREATE TABLE channel_hour (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  segment TEXT NOT NULL,
  channel TEXT NOT NULL,
  hour BIGINT NOT NULL,
  successes {double} NOT NULL,
  failures {double} NOT NULL,
  sends BIGINT NOT NULL,
  as_of BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, segment, channel, hour)
);
