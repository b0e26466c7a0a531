-- Where members sign in to their mail accounts (OAuth 2). `kind`: google, microsoft, custom. The secret is sealed. The servers
-- are without user names: a mailbox adds its own.
CREATE TABLE sign_in_provider (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  tenant TEXT,
  authorize_url TEXT NOT NULL,
  token_url TEXT NOT NULL,
  scopes TEXT NOT NULL,
  client_id TEXT NOT NULL,
  client_secret TEXT,
  smtp {json} NOT NULL,
  imap {json} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX sign_in_provider_of ON sign_in_provider (workspace_id);
CREATE UNIQUE INDEX sign_in_provider_once ON sign_in_provider (workspace_id, kind) WHERE kind <> 'custom' AND deleted_at IS NULL;

-- A sign-in under way: by the digest of its state, for one member, once. The verifier is sealed.
CREATE TABLE mailbox_sign_in (
  state TEXT PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  user_id {uuid} NOT NULL,
  provider_id {uuid} NOT NULL REFERENCES sign_in_provider (id),
  mailbox_id {uuid},
  email TEXT,
  from_name TEXT,
  verifier TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX mailbox_sign_in_expires ON mailbox_sign_in (expires_at);

-- What a mailbox signs in with, sealed. Whoever renews it holds the row until `renewing_until` and knows its `turn`; after the
-- provider could not be asked nobody asks before `retry_at`.
CREATE TABLE mailbox_token (
  mailbox_id {uuid} PRIMARY KEY REFERENCES mailbox (id),
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  refresh_token TEXT NOT NULL,
  access_token TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  turn BIGINT NOT NULL DEFAULT 0,
  renewing_until BIGINT NOT NULL DEFAULT 0,
  retry_at BIGINT NOT NULL DEFAULT 0
);

-- The provider a mailbox signs in at instead of with passwords, and since when somebody has to sign in again.
ALTER TABLE mailbox ADD COLUMN sign_in_provider_id {uuid};
ALTER TABLE mailbox ADD COLUMN signed_out_at BIGINT;
