-- Lists of any size: an index for every field a list is sorted by, which holds the words lists are narrowed by and, on
-- SQLite, the number of the record's line in the search index, so that rows which do not fit are passed over without
-- being fetched. A score or grade stands in the two indexes that need it alone: they change by the million.
--sqlite ALTER TABLE company ADD COLUMN search_no INTEGER;
--sqlite ALTER TABLE person ADD COLUMN search_no INTEGER;
--sqlite ALTER TABLE deal ADD COLUMN search_no INTEGER;
--sqlite UPDATE company SET search_no = (SELECT row_no FROM search_entry WHERE record_id = company.id);
--sqlite UPDATE person SET search_no = (SELECT row_no FROM search_entry WHERE record_id = person.id);
--sqlite UPDATE deal SET search_no = (SELECT row_no FROM search_entry WHERE record_id = deal.id);
UPDATE search_entry SET facets = 'country·' || lower((SELECT country FROM company WHERE id = record_id)) WHERE record_id IN (SELECT id FROM company WHERE country IS NOT NULL);
UPDATE search_entry SET facets = 'country·' || lower((SELECT country FROM person WHERE id = record_id)) WHERE record_id IN (SELECT id FROM person WHERE country IS NOT NULL);
DROP INDEX IF EXISTS company_by_name;
--sqlite CREATE INDEX company_by_name ON company (workspace_id, COALESCE(name, ''), id, industry, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_name ON company (workspace_id, COALESCE(name, ''), id, industry, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS company_by_created;
--sqlite CREATE INDEX company_by_created ON company (workspace_id, COALESCE(created_at, -1), id, industry, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_created ON company (workspace_id, COALESCE(created_at, -1), id, industry, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS company_by_updated;
--sqlite CREATE INDEX company_by_updated ON company (workspace_id, COALESCE(updated_at, -1), id, industry, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_updated ON company (workspace_id, COALESCE(updated_at, -1), id, industry, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS company_by_score;
--sqlite CREATE INDEX company_by_score ON company (workspace_id, COALESCE(icp_score, -1), id, industry, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_score ON company (workspace_id, COALESCE(icp_score, -1), id, industry, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS company_by_employees;
--sqlite CREATE INDEX company_by_employees ON company (workspace_id, COALESCE(employees, -1), id, industry, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_employees ON company (workspace_id, COALESCE(employees, -1), id, industry, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS company_by_industry;
--sqlite CREATE INDEX company_by_industry ON company (workspace_id, COALESCE(industry, ''), id, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_industry ON company (workspace_id, COALESCE(industry, ''), id, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS company_by_country;
--sqlite CREATE INDEX company_by_country ON company (workspace_id, COALESCE(country, ''), id, industry, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_country ON company (workspace_id, COALESCE(country, ''), id, industry, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS company_by_owner;
--sqlite CREATE INDEX company_by_owner ON company (workspace_id, owner_id, id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX company_by_owner ON company (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS person_by_name;
--sqlite CREATE INDEX person_by_name ON person (workspace_id, COALESCE(name, ''), id, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX person_by_name ON person (workspace_id, COALESCE(name, ''), id, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS person_by_created;
--sqlite CREATE INDEX person_by_created ON person (workspace_id, COALESCE(created_at, -1), id, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX person_by_created ON person (workspace_id, COALESCE(created_at, -1), id, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS person_by_updated;
--sqlite CREATE INDEX person_by_updated ON person (workspace_id, COALESCE(updated_at, -1), id, country, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX person_by_updated ON person (workspace_id, COALESCE(updated_at, -1), id, country, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS person_by_country;
--sqlite CREATE INDEX person_by_country ON person (workspace_id, COALESCE(country, ''), id, owner_id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX person_by_country ON person (workspace_id, COALESCE(country, ''), id, owner_id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS person_by_owner;
--sqlite CREATE INDEX person_by_owner ON person (workspace_id, owner_id, id, search_no) WHERE deleted_at IS NULL;
--postgres CREATE INDEX person_by_owner ON person (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
-- Lists of a grade, and the queue of companies to research.
DROP INDEX company_by_grade;
CREATE INDEX company_by_grade ON company (workspace_id, icp_grade, COALESCE(icp_score, -1), id, research_settled_at, owner_id) WHERE deleted_at IS NULL;
-- Look-ups by domain want merged companies too.
DROP INDEX company_by_domain;
CREATE INDEX company_by_domain ON company (workspace_id, COALESCE(domain, ''), id);
