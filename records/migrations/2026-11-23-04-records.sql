ALTER TABLE workspace ADD COLUMN process_version_id {uuid};

CREATE TABLE company (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  legal_name TEXT,
  domain TEXT,
  website TEXT,
  registration_number TEXT,
  industry TEXT,
  description TEXT,
  employees BIGINT,
  growth_percent {double},
  revenue_minor BIGINT,
  revenue_currency TEXT,
  founded_year BIGINT,
  country TEXT,
  region TEXT,
  city TEXT,
  address TEXT,
  phone TEXT,
  linkedin_url TEXT,
  time_zone TEXT,
  locale TEXT,
  tags {json} NOT NULL,
  source TEXT,
  source_date TEXT,
  lawful_basis TEXT,
  owner_id {uuid},
  custom {json} NOT NULL,
  icp_score BIGINT,
  icp_grade TEXT,
  icp_coverage {double},
  icp_reasons {json} NOT NULL,
  icp_profile_id {uuid},
  icp_profile_version BIGINT,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX company_by_name ON company (workspace_id, COALESCE(name, ''), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_created ON company (workspace_id, COALESCE(created_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_updated ON company (workspace_id, COALESCE(updated_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_score ON company (workspace_id, COALESCE(icp_score, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_employees ON company (workspace_id, COALESCE(employees, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_grade ON company (workspace_id, icp_grade, COALESCE(icp_score, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_industry ON company (workspace_id, industry, COALESCE(name, ''), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_country ON company (workspace_id, country, COALESCE(name, ''), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_owner ON company (workspace_id, owner_id, COALESCE(name, ''), id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_domain ON company (workspace_id, domain) WHERE domain IS NOT NULL;
CREATE INDEX company_by_registration ON company (workspace_id, registration_number) WHERE registration_number IS NOT NULL;
CREATE INDEX company_by_name_key ON company (workspace_id, name_key);

CREATE TABLE person (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  company_id {uuid} REFERENCES company (id),
  name TEXT NOT NULL,
  given_name TEXT,
  family_name TEXT,
  title TEXT,
  email TEXT,
  phone TEXT,
  linkedin_url TEXT,
  emails {json} NOT NULL,
  phones {json} NOT NULL,
  profiles {json} NOT NULL,
  country TEXT,
  city TEXT,
  time_zone TEXT,
  locale TEXT,
  do_not_contact {json} NOT NULL,
  preferred_channel TEXT,
  tags {json} NOT NULL,
  source TEXT,
  source_date TEXT,
  lawful_basis TEXT,
  owner_id {uuid},
  custom {json} NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX person_by_name ON person (workspace_id, COALESCE(name, ''), id) WHERE deleted_at IS NULL;
CREATE INDEX person_by_created ON person (workspace_id, COALESCE(created_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX person_by_updated ON person (workspace_id, COALESCE(updated_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX person_by_company ON person (workspace_id, company_id) WHERE deleted_at IS NULL;
CREATE INDEX person_by_owner ON person (workspace_id, owner_id, COALESCE(name, ''), id) WHERE deleted_at IS NULL;

-- Every address, number and profile of a person, folded for look-up.
CREATE TABLE contact_point (
  workspace_id {uuid} NOT NULL,
  kind TEXT NOT NULL,
  folded TEXT NOT NULL,
  person_id {uuid} NOT NULL REFERENCES person (id),
  PRIMARY KEY (workspace_id, kind, folded, person_id)
);
CREATE INDEX contact_point_by_person ON contact_point (person_id);

CREATE TABLE deal (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  company_id {uuid} REFERENCES company (id),
  owner_id {uuid},
  stage TEXT NOT NULL,
  process_stage TEXT NOT NULL,
  status TEXT NOT NULL,
  value_minor BIGINT,
  value_currency TEXT,
  expected_close TEXT,
  why_them TEXT,
  source TEXT,
  external_id TEXT,
  process_version_id {uuid},
  entered_stage_at BIGINT NOT NULL,
  sla_due_at BIGINT,
  wake_on TEXT,
  waiting_until TEXT,
  closed_at BIGINT,
  lost_reason TEXT,
  competitor TEXT,
  missing {json} NOT NULL,
  tags {json} NOT NULL,
  custom {json} NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX deal_by_name ON deal (workspace_id, COALESCE(name, ''), id) WHERE deleted_at IS NULL;
CREATE INDEX deal_by_created ON deal (workspace_id, COALESCE(created_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX deal_by_updated ON deal (workspace_id, COALESCE(updated_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX deal_by_value ON deal (workspace_id, COALESCE(value_minor, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX deal_by_board ON deal (workspace_id, status, stage, COALESCE(entered_stage_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX deal_by_company ON deal (workspace_id, company_id) WHERE deleted_at IS NULL;
CREATE INDEX deal_by_owner ON deal (workspace_id, owner_id, status) WHERE deleted_at IS NULL;
CREATE INDEX deal_by_external ON deal (workspace_id, external_id) WHERE external_id IS NOT NULL;

-- The buying committee of a deal.
CREATE TABLE deal_person (
  deal_id {uuid} NOT NULL REFERENCES deal (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  workspace_id {uuid} NOT NULL,
  roles {json} NOT NULL,
  stance INTEGER,
  evidence TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (deal_id, person_id)
);
CREATE INDEX deal_person_by_person ON deal_person (workspace_id, person_id);

CREATE TABLE task (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  deal_id {uuid} REFERENCES deal (id),
  company_id {uuid} REFERENCES company (id),
  person_id {uuid} REFERENCES person (id),
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT,
  due_on TEXT,
  due_at BIGINT,
  owner_id {uuid},
  state TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_key TEXT,
  stage TEXT,
  done_at BIGINT,
  done_by {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX task_open_by_owner ON task (workspace_id, owner_id, COALESCE(due_on, ''), id) WHERE state = 'open' AND deleted_at IS NULL;
CREATE INDEX task_open_by_due ON task (workspace_id, COALESCE(due_on, ''), id) WHERE state = 'open' AND deleted_at IS NULL;
CREATE INDEX task_by_created ON task (workspace_id, COALESCE(created_at, -1), id) WHERE deleted_at IS NULL;
CREATE INDEX task_by_deal ON task (deal_id, state) WHERE deal_id IS NOT NULL;
CREATE INDEX task_by_company ON task (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX task_by_person ON task (person_id) WHERE person_id IS NOT NULL;

-- Notes, calls and meetings.
CREATE TABLE activity (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  kind TEXT NOT NULL,
  deal_id {uuid} REFERENCES deal (id),
  company_id {uuid} REFERENCES company (id),
  person_id {uuid} REFERENCES person (id),
  at BIGINT NOT NULL,
  ends_at BIGINT,
  title TEXT,
  body TEXT NOT NULL,
  direction TEXT,
  outcome TEXT,
  duration_seconds BIGINT,
  two_way {bool} NOT NULL DEFAULT FALSE,
  link TEXT,
  author_id {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX activity_by_deal ON activity (deal_id, at) WHERE deal_id IS NOT NULL;
CREATE INDEX activity_by_company ON activity (company_id, at) WHERE company_id IS NOT NULL;
CREATE INDEX activity_by_person ON activity (person_id, at) WHERE person_id IS NOT NULL;

CREATE TABLE custom_field (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  field_key TEXT NOT NULL,
  label {json} NOT NULL,
  kind TEXT NOT NULL,
  options {json} NOT NULL,
  unit TEXT,
  position BIGINT NOT NULL,
  archived_at BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (workspace_id, record_kind, field_key)
);

CREATE TABLE saved_view (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  name TEXT NOT NULL,
  query {json} NOT NULL,
  shared {bool} NOT NULL,
  owner_id {uuid} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX saved_view_by_kind ON saved_view (workspace_id, record_kind, name);

-- An import: its file, how it is read, how its columns map, and how far it has come.
CREATE TABLE import (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  file_id {uuid} NOT NULL REFERENCES file (id),
  file_name TEXT NOT NULL,
  state TEXT NOT NULL,
  options {json} NOT NULL,
  job_id {uuid},
  rows_read BIGINT NOT NULL DEFAULT 0,
  rows_total BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL DEFAULT 0,
  updated BIGINT NOT NULL DEFAULT 0,
  skipped BIGINT NOT NULL DEFAULT 0,
  refused BIGINT NOT NULL DEFAULT 0,
  error TEXT,
  created_by {uuid},
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT
);
CREATE INDEX import_by_workspace ON import (workspace_id, created_at DESC);

CREATE TABLE import_refusal (
  import_id {uuid} NOT NULL REFERENCES import (id),
  line BIGINT NOT NULL,
  reason TEXT NOT NULL,
  cells {json} NOT NULL,
  PRIMARY KEY (import_id, line)
);
