-- What was said in a call or a meeting, with how its people agreed that it is kept.
CREATE TABLE transcript (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  activity_id {uuid} NOT NULL REFERENCES activity (id),
  file_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  encoding TEXT NOT NULL,
  timing TEXT NOT NULL,
  consent_how TEXT NOT NULL,
  consent_by TEXT NOT NULL,
  cues {json} NOT NULL,
  notes {json} NOT NULL,
  talk {json} NOT NULL,
  rep_assumed {bool} NOT NULL,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX transcript_by_activity ON transcript (activity_id) WHERE deleted_at IS NULL;
CREATE INDEX transcript_by_workspace ON transcript (workspace_id, created_at) WHERE deleted_at IS NULL;

-- Who speaks in it: a member on our side, a person on theirs, or nobody we know.
CREATE TABLE transcript_speaker (
  transcript_id {uuid} NOT NULL REFERENCES transcript (id),
  name TEXT NOT NULL,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  place BIGINT NOT NULL,
  side TEXT NOT NULL,
  person_id {uuid},
  user_id {uuid},
  PRIMARY KEY (transcript_id, name)
);
CREATE INDEX transcript_speaker_by_user ON transcript_speaker (user_id, transcript_id);
CREATE INDEX transcript_speaker_by_person ON transcript_speaker (person_id, transcript_id);

-- What became of a suggestion.
CREATE TABLE transcript_decision (
  transcript_id {uuid} NOT NULL REFERENCES transcript (id),
  suggestion TEXT NOT NULL,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  finding_id {uuid},
  created_by {uuid},
  created_at BIGINT NOT NULL,
  PRIMARY KEY (transcript_id, suggestion)
);

-- Where in a talk a finding stands.
ALTER TABLE finding ADD COLUMN transcript_id {uuid};
ALTER TABLE finding ADD COLUMN said_at_ms BIGINT;
