-- `people` counts who works there and is not deleted; `needs_people` says that a company fits and nobody is known
-- there; `research_settled_at` takes it out of the queue of companies to research. The program keeps all three.
ALTER TABLE company ADD COLUMN people BIGINT NOT NULL DEFAULT 0;
ALTER TABLE company ADD COLUMN needs_people {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE company ADD COLUMN research_settled_at BIGINT;
UPDATE company SET people = (SELECT COUNT(*) FROM person p WHERE p.workspace_id = company.workspace_id
  AND p.company_id = company.id AND p.deleted_at IS NULL);
UPDATE company SET needs_people = TRUE WHERE people = 0 AND icp_grade IN ('A', 'B');
CREATE INDEX company_in_need_of_people ON company (workspace_id, COALESCE(icp_score, -1), id) WHERE deleted_at IS NULL AND needs_people = TRUE;

-- Fields asked when a company is researched, besides those its fit is judged by: `employees`, `custom.crm`. `asked_by`
-- is `checklist`, or names the rule that needs the field.
CREATE TABLE asked_field (
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  field_key TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  PRIMARY KEY (workspace_id, field_key, asked_by)
);
