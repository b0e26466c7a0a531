-- What a reply says carries how sure that is; of what was read before, nobody knows.
--sqlite UPDATE message SET intents = (SELECT json_group_array(json_object('intent', value, 'confidence', NULL)) FROM json_each(message.intents)) WHERE direction = 'in';
--postgres UPDATE message SET intents = (SELECT COALESCE(jsonb_agg(jsonb_build_object('intent', word, 'confidence', NULL)), '[]'::jsonb) FROM jsonb_array_elements_text(message.intents) AS word) WHERE direction = 'in';

-- The reply's intent is a person's word since then; the newest of a workspace are learned from.
ALTER TABLE message ADD COLUMN intent_corrected_at BIGINT;
CREATE INDEX message_corrected ON message (workspace_id, intent_corrected_at) WHERE intent_corrected_at IS NOT NULL;

-- Who took a reply otherwise than it was read, when, and what it was taken for before. Never changed but for its undoing.
CREATE TABLE intent_correction (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  message_id {uuid} NOT NULL REFERENCES message (id),
  intent TEXT NOT NULL,
  before_intent TEXT,
  before_positive {bool} NOT NULL,
  before_corrected_at BIGINT,
  before_corrected_by {uuid},
  created_by {uuid} NOT NULL,
  created_at BIGINT NOT NULL,
  undone_by {uuid},
  undone_at BIGINT
);
CREATE INDEX intent_correction_of ON intent_correction (message_id, created_at);
