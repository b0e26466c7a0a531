-- The key mails of a domain are signed with. Its private half is sealed.
CREATE TABLE dkim_key (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  domain TEXT NOT NULL,
  selector TEXT NOT NULL,
  private_key TEXT NOT NULL,
  public_key TEXT NOT NULL,
  created_by {uuid} NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX dkim_key_of ON dkim_key (workspace_id, domain) WHERE deleted_at IS NULL;

-- What was found of a sending domain when it was looked at last.
CREATE TABLE domain_check (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  domain TEXT NOT NULL,
  ready {bool} NOT NULL,
  findings {json} NOT NULL,
  checked_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, domain)
);

-- Whether automatic mail may leave: `exempt` (was there before, or its server is on this machine), `unchecked`, `failed`, `passed`.
ALTER TABLE mailbox ADD COLUMN domain_state TEXT NOT NULL DEFAULT 'exempt';
-- The step of the ramp of a new mailbox, from 1; empty: it has been sending for long. Days on which it sent at that step.
ALTER TABLE mailbox ADD COLUMN ramp_level BIGINT;
ALTER TABLE mailbox ADD COLUMN ramp_days BIGINT NOT NULL DEFAULT 0;
-- Automatic mails an hour at most, the hour that was counted last (since 1970), and how many in it.
ALTER TABLE mailbox ADD COLUMN hourly_cap BIGINT;
ALTER TABLE mailbox ADD COLUMN sent_hour BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN sent_in_hour BIGINT NOT NULL DEFAULT 0;

-- What speaks against a mailbox: `hard` bounces, `complaint`s, `block`s. `sent_at`: when the mail in question left.
CREATE TABLE mailbox_trouble (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  mailbox_id {uuid} NOT NULL REFERENCES mailbox (id),
  message_id {uuid},
  kind TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX mailbox_trouble_at ON mailbox_trouble (mailbox_id, at);
CREATE UNIQUE INDEX mailbox_trouble_once ON mailbox_trouble (message_id, kind) WHERE message_id IS NOT NULL AND kind <> 'block';

-- Further mailboxes that take turns with the first.
ALTER TABLE sequence ADD COLUMN mailbox_ids {json};
