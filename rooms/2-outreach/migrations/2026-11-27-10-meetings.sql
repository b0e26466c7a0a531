-- A rep's bookable time: working hours in their zone, and what their calendar says, as it was read last.
CREATE TABLE bookable_hours (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  user_id {uuid} NOT NULL,
  zone TEXT NOT NULL,
  week {json} NOT NULL,
  holidays {bool} NOT NULL,
  calendar_url TEXT,
  calendar_host TEXT,
  calendar_due_at BIGINT,
  calendar_read_at BIGINT,
  calendar_failure TEXT,
  calendar_events BIGINT NOT NULL DEFAULT 0,
  calendar_unread BIGINT NOT NULL DEFAULT 0,
  busy {json} NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX bookable_hours_due ON bookable_hours (calendar_due_at) WHERE calendar_due_at IS NOT NULL;

-- A kind of meeting a rep offers: how long, how it may lie, where, and the public page that books it.
CREATE TABLE meeting_kind (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  owner_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL REFERENCES mailbox (id),
  token TEXT NOT NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  before_minutes BIGINT NOT NULL,
  after_minutes BIGINT NOT NULL,
  step_minutes BIGINT NOT NULL,
  notice_minutes BIGINT NOT NULL,
  horizon_days BIGINT NOT NULL,
  place_kind TEXT NOT NULL,
  place TEXT NOT NULL,
  active {bool} NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX meeting_kind_by_token ON meeting_kind (token);
CREATE INDEX meeting_kind_by_created ON meeting_kind (workspace_id, COALESCE(created_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX meeting_kind_by_owner ON meeting_kind (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;

-- A meeting somebody booked. Its link's token is kept as a hash; `uid` and `ics_sequence` are those of its invitation.
CREATE TABLE meeting (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  kind_id {uuid} NOT NULL REFERENCES meeting_kind (id),
  owner_id {uuid} NOT NULL,
  mailbox_id {uuid} NOT NULL REFERENCES mailbox (id),
  person_id {uuid},
  company_id {uuid},
  deal_id {uuid},
  enrolment_id {uuid},
  activity_id {uuid},
  state TEXT NOT NULL,
  answer TEXT,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  before_minutes BIGINT NOT NULL,
  after_minutes BIGINT NOT NULL,
  place_kind TEXT NOT NULL,
  place TEXT NOT NULL,
  zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  note TEXT,
  reason TEXT,
  token_hash TEXT NOT NULL,
  uid TEXT NOT NULL,
  ics_sequence BIGINT NOT NULL DEFAULT 0,
  address TEXT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
-- Two who race for one beginning: one wins.
CREATE UNIQUE INDEX meeting_once ON meeting (workspace_id, owner_id, starts_at) WHERE state IN ('booked', 'moved');
CREATE UNIQUE INDEX meeting_by_token ON meeting (token_hash);
CREATE UNIQUE INDEX meeting_by_uid ON meeting (workspace_id, uid);
CREATE INDEX meeting_by_start ON meeting (workspace_id, COALESCE(starts_at, -1), id);
CREATE INDEX meeting_by_person ON meeting (person_id, starts_at) WHERE person_id IS NOT NULL;
CREATE INDEX meeting_by_company ON meeting (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX meeting_by_kind ON meeting (kind_id, created_at);

-- The invitation that goes with a mail.
ALTER TABLE message ADD COLUMN calendar {json};
