-- Who reads an offer on its page: one link a person. Only the hash of its token finds it; sealed, the token can be copied again.
CREATE TABLE offer_link (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  offer_id {uuid} NOT NULL REFERENCES offer (id),
  person_id {uuid} NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  token_sealed TEXT NOT NULL,
  -- The place among those who sign, from 1; none for who only reads.
  signs_at BIGINT,
  -- Whether they agreed that reading is timed; none while they were not asked or did not say.
  timed {bool},
  created_at BIGINT NOT NULL
);
CREATE INDEX offer_link_by_offer ON offer_link (offer_id, created_at);

-- How long which chapter was in sight, of those who agreed to it.
CREATE TABLE offer_reading (
  link_id {uuid} NOT NULL REFERENCES offer_link (id),
  workspace_id {uuid} NOT NULL,
  section TEXT NOT NULL,
  seconds BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (link_id, section)
);

-- To which chapter they said something, and through which link.
ALTER TABLE offer_feedback ADD COLUMN link_id {uuid};
ALTER TABLE offer_feedback ADD COLUMN section TEXT;

-- What happened to an offer, in an order that shows whether anything was taken out: each row is sealed with the one before.
CREATE TABLE offer_audit (
  offer_id {uuid} NOT NULL REFERENCES offer (id),
  n BIGINT NOT NULL,
  workspace_id {uuid} NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  link_id {uuid},
  address TEXT NOT NULL,
  facts {json} NOT NULL,
  seal TEXT NOT NULL,
  PRIMARY KEY (offer_id, n)
);
CREATE INDEX offer_audit_by_link ON offer_audit (link_id, kind, at);

-- Codes sent by mail to who signs. Only their hashes are kept.
CREATE TABLE offer_code (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  link_id {uuid} NOT NULL REFERENCES offer_link (id),
  code_hash TEXT NOT NULL,
  wrong BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX offer_code_by_link ON offer_code (link_id, created_at);

-- Who said yes, to what exactly. Never changed.
CREATE TABLE offer_acceptance (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  offer_id {uuid} NOT NULL REFERENCES offer (id),
  link_id {uuid} NOT NULL UNIQUE REFERENCES offer_link (id),
  person_id {uuid},
  place BIGINT NOT NULL,
  receipt {json} NOT NULL,
  drawn {bytes},
  at BIGINT NOT NULL,
  UNIQUE (offer_id, place)
);

-- The sealed agreement of an offer that was accepted.
CREATE TABLE offer_certificate (
  offer_id {uuid} PRIMARY KEY REFERENCES offer (id),
  workspace_id {uuid} NOT NULL,
  file_id {uuid} NOT NULL,
  sha256 TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- What they get for deciding by a day; at most one a version.
CREATE TABLE offer_incentive (
  offer_id {uuid} PRIMARY KEY REFERENCES offer (id),
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  text TEXT NOT NULL,
  value_minor BIGINT,
  until_on TEXT NOT NULL,
  truth_note TEXT NOT NULL,
  set_by {uuid},
  at BIGINT NOT NULL
);

-- How a workspace's offers look.
CREATE TABLE offer_theme (
  workspace_id {uuid} PRIMARY KEY REFERENCES workspace (id),
  accent TEXT NOT NULL,
  logo_file_id {uuid},
  sender TEXT NOT NULL,
  sender_lines TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- The key this installation signs with.
CREATE TABLE signing_key (
  id BIGINT PRIMARY KEY,
  public_key TEXT NOT NULL,
  seed_sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
