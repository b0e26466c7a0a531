-- Offers: one row a version. Content is fixed once it is sent.
CREATE TABLE offer (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  note TEXT NOT NULL,
  currency TEXT NOT NULL,
  lines {json} NOT NULL,
  results {json} NOT NULL,
  no_ambition_known {bool} NOT NULL,
  budget_note TEXT,
  override_reason TEXT,
  lacking {json} NOT NULL,
  expires_on TEXT,
  sent_to {json} NOT NULL,
  sent_at BIGINT,
  ended_at BIGINT,
  end_reason TEXT,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (deal_id, version)
);
CREATE INDEX offer_by_expiry ON offer (expires_on) WHERE state IN ('sent', 'viewed');

-- Who looked at an offer, and when.
CREATE TABLE offer_view (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  offer_id {uuid} NOT NULL REFERENCES offer (id),
  person_id {uuid},
  at BIGINT NOT NULL
);
CREATE INDEX offer_view_by_offer ON offer_view (offer_id, at);

-- What they said about an offer, or that nothing speaks against it.
CREATE TABLE offer_feedback (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL,
  offer_id {uuid} NOT NULL REFERENCES offer (id),
  kind TEXT NOT NULL,
  words TEXT,
  person_id {uuid},
  at BIGINT NOT NULL,
  created_by {uuid}
);
CREATE INDEX offer_feedback_by_offer ON offer_feedback (offer_id, at);
