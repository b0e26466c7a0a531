-- What we can give somebody: links, files, stories, answers. Lists are short texts; none means "all".
CREATE TABLE content (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  form TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  url TEXT,
  file_id {uuid},
  topic TEXT NOT NULL,
  gives TEXT NOT NULL,
  level TEXT,
  locale TEXT NOT NULL,
  challenges {json} NOT NULL,
  roles {json} NOT NULL,
  industries {json} NOT NULL,
  objections {json} NOT NULL,
  stages {json} NOT NULL,
  expires_on TEXT,
  created_by {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX content_by_created ON content (workspace_id, created_at, id) WHERE deleted_at IS NULL;

-- What of it was given: seen is what they had, and effect is what came after.
ALTER TABLE value_touch ADD COLUMN content_id {uuid};
ALTER TABLE value_touch ADD COLUMN source_event_id {uuid};
CREATE INDEX value_touch_of_content ON value_touch (content_id, at) WHERE content_id IS NOT NULL;
CREATE INDEX value_touch_by_person ON value_touch (person_id, at) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX value_touch_once ON value_touch (source_event_id) WHERE source_event_id IS NOT NULL;
