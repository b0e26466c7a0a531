-- Lists of companies or people under a name. A live one is its filters, any other is its members.
CREATE TABLE record_list (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  record_kind TEXT NOT NULL,
  name TEXT NOT NULL,
  purpose TEXT,
  live {bool} NOT NULL,
  query {json} NOT NULL,
  created_by {uuid},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX record_list_by_workspace ON record_list (workspace_id, record_kind);

-- One of `company_id` and `person_id` is set, by the list's kind.
CREATE TABLE record_list_member (
  list_id {uuid} NOT NULL REFERENCES record_list (id),
  workspace_id {uuid} NOT NULL,
  company_id {uuid} REFERENCES company (id),
  person_id {uuid} REFERENCES person (id),
  added_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX record_list_company ON record_list_member (list_id, company_id) WHERE company_id IS NOT NULL;
CREATE UNIQUE INDEX record_list_person ON record_list_member (list_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX record_list_of_company ON record_list_member (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX record_list_of_person ON record_list_member (person_id) WHERE person_id IS NOT NULL;
