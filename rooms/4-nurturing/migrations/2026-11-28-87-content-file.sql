-- Files of the content library, each with a link of its own that whoever is given it can open.
CREATE TABLE content_file (
  file_id {uuid} PRIMARY KEY REFERENCES file (id),
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  token TEXT NOT NULL UNIQUE,
  created_by {uuid},
  created_at BIGINT NOT NULL
);
CREATE INDEX content_file_by_workspace ON content_file (workspace_id);
