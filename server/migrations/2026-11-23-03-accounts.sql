-- Ways in. Every secret is kept as the hex of its SHA-256; the secrets themselves have 256 random bits.

-- A browser's sign-in. The token changes every day of use; the one before it holds for another minute.
CREATE TABLE session (
  id {uuid} PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  token_hash TEXT NOT NULL UNIQUE,
  previous_hash TEXT UNIQUE,
  previous_until BIGINT,
  rotated_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE invitation (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  invited_by {uuid} NOT NULL REFERENCES app_user (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  UNIQUE (workspace_id, email)
);

CREATE TABLE password_reset (
  token_hash TEXT PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX password_reset_by_user ON password_reset (user_id);

-- A program's way in, for one member of one workspace.
CREATE TABLE api_token (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  user_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  last_four TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  FOREIGN KEY (workspace_id, user_id) REFERENCES membership (workspace_id, user_id) ON DELETE CASCADE
);
CREATE INDEX api_token_by_member ON api_token (workspace_id, user_id);
