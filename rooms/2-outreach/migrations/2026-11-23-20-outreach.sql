-- A mail account: how to send, how to read, and how far today's sending and reading have come.
CREATE TABLE mailbox (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  owner_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  from_name TEXT NOT NULL,
  address TEXT NOT NULL,
  address_key TEXT NOT NULL,
  smtp {json} NOT NULL,
  imap {json} NOT NULL,
  smtp_secret TEXT,
  imap_secret TEXT,
  certificate_pem TEXT,
  signature TEXT NOT NULL,
  daily_cap BIGINT NOT NULL,
  gap_seconds BIGINT NOT NULL,
  state TEXT NOT NULL,
  state_reason TEXT,
  sent_day TEXT,
  sent_today BIGINT NOT NULL DEFAULT 0,
  next_slot_at BIGINT NOT NULL DEFAULT 0,
  uid_validity BIGINT,
  last_uid BIGINT NOT NULL DEFAULT 0,
  read_at BIGINT NOT NULL DEFAULT 0,
  reading_until BIGINT NOT NULL DEFAULT 0,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX mailbox_address ON mailbox (workspace_id, address_key) WHERE deleted_at IS NULL;
CREATE INDEX mailbox_to_read ON mailbox (read_at) WHERE deleted_at IS NULL AND kind = 'real';

CREATE TABLE sequence (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  goal TEXT NOT NULL,
  state TEXT NOT NULL,
  mailbox_id {uuid} REFERENCES mailbox (id),
  windows {json} NOT NULL,
  steps {json} NOT NULL,
  version BIGINT NOT NULL,
  created_by {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX sequence_by_name ON sequence (workspace_id, name, id) WHERE deleted_at IS NULL;

-- What an enrolment follows: the steps as they were when somebody was enrolled. Never changed.
CREATE TABLE sequence_version (
  sequence_id {uuid} NOT NULL REFERENCES sequence (id),
  version BIGINT NOT NULL,
  steps {json} NOT NULL,
  windows {json} NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (sequence_id, version)
);

-- A person going through a sequence. `next_run_at` is empty while a mail or a task of theirs is under way.
CREATE TABLE enrolment (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  sequence_id {uuid} NOT NULL REFERENCES sequence (id),
  version BIGINT NOT NULL,
  person_id {uuid} NOT NULL REFERENCES person (id),
  company_id {uuid},
  deal_id {uuid} REFERENCES deal (id),
  mailbox_id {uuid} NOT NULL REFERENCES mailbox (id),
  why_them TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  step BIGINT NOT NULL DEFAULT 0,
  next_run_at BIGINT,
  resume_at BIGINT,
  zone TEXT NOT NULL,
  zone_source TEXT NOT NULL,
  revision BIGINT NOT NULL,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE UNIQUE INDEX enrolment_one_per_person ON enrolment (workspace_id, person_id)
  WHERE state IN ('scheduled', 'active', 'waiting', 'paused');
CREATE INDEX enrolment_due ON enrolment (next_run_at) WHERE state IN ('scheduled', 'active') AND next_run_at IS NOT NULL;
CREATE INDEX enrolment_resume ON enrolment (resume_at) WHERE state = 'paused' AND resume_at IS NOT NULL;
CREATE INDEX enrolment_by_created ON enrolment (workspace_id, COALESCE(created_at, -1), id);
CREATE INDEX enrolment_by_sequence ON enrolment (sequence_id, state);
CREATE INDEX enrolment_by_deal ON enrolment (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX enrolment_by_company ON enrolment (workspace_id, company_id, state) WHERE company_id IS NOT NULL;

-- One mail, out or in. Everything that is sent is written here before; `mime_id` is made once.
CREATE TABLE message (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  direction TEXT NOT NULL,
  origin TEXT NOT NULL,
  enrolment_id {uuid} REFERENCES enrolment (id),
  sequence_id {uuid},
  step BIGINT,
  replan BIGINT NOT NULL DEFAULT 0,
  mailbox_id {uuid} REFERENCES mailbox (id),
  person_id {uuid},
  company_id {uuid},
  deal_id {uuid},
  state TEXT NOT NULL,
  reason TEXT,
  missing {json} NOT NULL,
  from_name TEXT,
  from_address TEXT NOT NULL,
  to_name TEXT,
  to_address TEXT NOT NULL,
  to_key TEXT NOT NULL,
  subject TEXT NOT NULL,
  thread_subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT,
  excerpt TEXT,
  mime_id TEXT,
  in_reply_to TEXT,
  thread_ids {json} NOT NULL,
  thread_root TEXT,
  token TEXT,
  due_at BIGINT,
  attempts BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT,
  lease_by TEXT,
  data_started_at BIGINT,
  sent_at BIGINT,
  response TEXT,
  answers_id {uuid},
  class TEXT,
  class_rule TEXT,
  matched_by TEXT,
  intent TEXT,
  intents {json} NOT NULL,
  positive {bool} NOT NULL DEFAULT FALSE,
  corrected_by {uuid},
  sender_offset BIGINT,
  rehearsed_at BIGINT,
  revision BIGINT NOT NULL,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_once_per_step ON message (enrolment_id, step, replan)
  WHERE direction = 'out' AND enrolment_id IS NOT NULL;
CREATE UNIQUE INDEX message_by_token ON message (token) WHERE token IS NOT NULL;
CREATE INDEX message_queued ON message (due_at) WHERE state = 'queued';
CREATE INDEX message_planned ON message (due_at) WHERE state = 'planned';
CREATE INDEX message_leased ON message (lease_until) WHERE state = 'sending';
CREATE INDEX message_uncertain ON message (updated_at) WHERE state = 'uncertain';
CREATE INDEX message_needs_edit ON message (updated_at) WHERE state = 'needs_edit';
CREATE INDEX message_to_rehearse ON message (sent_at) WHERE origin <> 'reply' AND state = 'sent' AND rehearsed_at IS NULL;
CREATE INDEX message_by_mime_id ON message (workspace_id, mime_id) WHERE mime_id IS NOT NULL;
CREATE INDEX message_by_created ON message (workspace_id, COALESCE(created_at, -1), id);
CREATE INDEX message_by_deal ON message (deal_id, created_at) WHERE deal_id IS NOT NULL;
CREATE INDEX message_by_person ON message (person_id, created_at) WHERE person_id IS NOT NULL;
CREATE INDEX message_by_enrolment ON message (enrolment_id) WHERE enrolment_id IS NOT NULL;
CREATE INDEX message_by_recipient ON message (workspace_id, to_key, sent_at);
CREATE INDEX message_unmatched ON message (workspace_id, COALESCE(created_at, -1), id) WHERE state = 'unmatched';

-- Which mails were read already: by their place in the mailbox, and by what they are.
CREATE TABLE mail_read (
  workspace_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL REFERENCES mailbox (id),
  folder TEXT NOT NULL,
  uid_validity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  fingerprint TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rule TEXT NOT NULL,
  message_id {uuid},
  read_at BIGINT NOT NULL,
  PRIMARY KEY (mailbox_id, folder, uid_validity, uid)
);
CREATE UNIQUE INDEX mail_read_once ON mail_read (workspace_id, fingerprint);

-- Who must not be written to. A lifted entry stays as history.
CREATE TABLE suppression (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  scope TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  text TEXT,
  person_id {uuid},
  reason TEXT NOT NULL,
  note TEXT,
  message_id {uuid},
  created_by {uuid},
  created_at BIGINT NOT NULL,
  lifted_at BIGINT,
  lifted_by {uuid},
  lift_reason TEXT
);
CREATE UNIQUE INDEX suppression_in_force ON suppression (workspace_id, scope, key_hash) WHERE lifted_at IS NULL;
CREATE INDEX suppression_by_created ON suppression (workspace_id, COALESCE(created_at, -1), id);
