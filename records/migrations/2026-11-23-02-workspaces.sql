-- Workspaces, and who may enter them.
CREATE TABLE workspace (
  id {uuid} PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  country TEXT NOT NULL,
  locale TEXT NOT NULL,
  currency TEXT NOT NULL,
  settings {json} NOT NULL,
  sample_data {bool} NOT NULL DEFAULT FALSE,
  created_at BIGINT NOT NULL
);

-- A user signs in with a mail address; `email` is kept lower-cased. No password: invited, not yet in,
-- or somebody of the sample data who never signs in.
CREATE TABLE app_user (
  id {uuid} PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  locale TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  disabled_at BIGINT
);

CREATE TABLE membership (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX membership_by_user ON membership (user_id, created_at);
