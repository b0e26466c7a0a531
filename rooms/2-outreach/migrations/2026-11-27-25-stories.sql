-- Short texts to put into mails, in one or both languages. With an owner and pains it is a rep's story: told by that rep
-- alone, to somebody whom one of these pains troubles.
CREATE TABLE snippet (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  texts {json} NOT NULL,
  pains {json} NOT NULL,
  owner_id {uuid},
  created_by {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX snippet_by_key ON snippet (workspace_id, key) WHERE deleted_at IS NULL;
