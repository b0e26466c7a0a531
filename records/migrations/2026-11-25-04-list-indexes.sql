-- The words by which lists of companies are narrowed stand in the indexes by which they are sorted, so
-- that rows which do not fit are passed over without being fetched.
DROP INDEX company_by_name;
DROP INDEX company_by_created;
DROP INDEX company_by_updated;
DROP INDEX company_by_score;
DROP INDEX company_by_employees;
CREATE INDEX company_by_name ON company (workspace_id, COALESCE(name, ''), id, industry, country, icp_grade, owner_id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_created ON company (workspace_id, COALESCE(created_at, -1), id, industry, country, icp_grade, owner_id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_updated ON company (workspace_id, COALESCE(updated_at, -1), id, industry, country, icp_grade, owner_id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_score ON company (workspace_id, COALESCE(icp_score, -1), id, industry, country, icp_grade, owner_id) WHERE deleted_at IS NULL;
CREATE INDEX company_by_employees ON company (workspace_id, COALESCE(employees, -1), id, industry, country, icp_grade, owner_id) WHERE deleted_at IS NULL;
