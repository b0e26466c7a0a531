-- What a discovery talk brought to light, with the prospect's own words.
CREATE TABLE finding (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  kind TEXT NOT NULL,
  summary TEXT NOT NULL,
  words TEXT,
  priority BIGINT NOT NULL,
  person_id {uuid},
  activity_id {uuid},
  created_by {uuid},
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX finding_by_deal ON finding (deal_id, kind, priority) WHERE deleted_at IS NULL;

-- What speaks for a rating of need, budget, authority or timing.
CREATE TABLE bant_evidence (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  factor TEXT NOT NULL,
  rating BIGINT NOT NULL,
  kind TEXT NOT NULL,
  value {json} NOT NULL,
  quote TEXT,
  url TEXT,
  person_id {uuid},
  activity_id {uuid},
  at BIGINT NOT NULL,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX bant_evidence_by_deal ON bant_evidence (deal_id, factor, at) WHERE deleted_at IS NULL;

-- Why somebody is held to have a role, and who named them.
CREATE TABLE role_proof (
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  role TEXT NOT NULL,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  evidence TEXT NOT NULL,
  named_by {uuid},
  created_by {uuid},
  created_at BIGINT NOT NULL,
  PRIMARY KEY (deal_id, person_id, role)
);

-- Qualifiers of the workspace's own, each a rule over a custom field.
CREATE TABLE qualifier (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  qualifier_key TEXT NOT NULL,
  label {json} NOT NULL,
  record_kind TEXT NOT NULL,
  field_key TEXT NOT NULL,
  rule {json} NOT NULL,
  weight BIGINT NOT NULL,
  required {bool} NOT NULL,
  blocking {bool} NOT NULL,
  archived_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, qualifier_key)
);
