-- An offer's content is one document: words, packages of priced lines, terms. What sent versions said is kept.
ALTER TABLE offer ADD COLUMN content {json} NOT NULL DEFAULT '{}';
ALTER TABLE offer ADD COLUMN content_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE offer ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE offer ADD COLUMN changed_by {uuid};
-- As they were when the version was sent; not known of versions from before.
ALTER TABLE offer ADD COLUMN discount_bp BIGINT;
ALTER TABLE offer ADD COLUMN term TEXT;
--sqlite UPDATE offer SET content = json_object('title', title, 'note', note, 'currency', currency, 'packages', json_array(json_object('lines', json(lines))), 'results', json(results), 'no_ambition_known', json(CASE WHEN no_ambition_known THEN 'true' ELSE 'false' END), 'budget_note', budget_note);
--postgres UPDATE offer SET content = jsonb_build_object('title', title, 'note', note, 'currency', currency, 'packages', jsonb_build_array(jsonb_build_object('lines', lines)), 'results', results, 'no_ambition_known', no_ambition_known, 'budget_note', budget_note);
ALTER TABLE offer DROP COLUMN title;
ALTER TABLE offer DROP COLUMN note;
ALTER TABLE offer DROP COLUMN currency;
ALTER TABLE offer DROP COLUMN lines;
ALTER TABLE offer DROP COLUMN results;
ALTER TABLE offer DROP COLUMN no_ambition_known;
ALTER TABLE offer DROP COLUMN budget_note;

-- Who has to agree before a version goes out, in order, and what they said.
CREATE TABLE offer_approval (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  offer_id {uuid} NOT NULL REFERENCES offer (id),
  position BIGINT NOT NULL,
  rule {json} NOT NULL,
  state TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  asked_by {uuid},
  asked_at BIGINT NOT NULL,
  decided_by {uuid},
  decided_for {uuid},
  decided_at BIGINT,
  words TEXT
);
CREATE INDEX offer_approval_by_offer ON offer_approval (offer_id, asked_at, position);

-- The rules of a workspace; one that has none written has the usual ones.
CREATE TABLE offer_rules (
  workspace_id {uuid} PRIMARY KEY REFERENCES workspace (id),
  rules {json} NOT NULL,
  revision BIGINT NOT NULL,
  changed_by {uuid},
  changed_at BIGINT NOT NULL
);

-- Who agrees in somebody's place, and how long.
CREATE TABLE offer_delegate (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  user_id {uuid} NOT NULL,
  to_user_id {uuid} NOT NULL,
  until_on TEXT NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);

-- Chapters to begin an offer with.
CREATE TABLE offer_template (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  content {json} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX offer_template_by_name ON offer_template (workspace_id, name);
