-- What a qualifier reads of a company is asked when the company is researched.
INSERT INTO asked_field (workspace_id, field_key, asked_by)
SELECT workspace_id, 'custom.' || field_key, 'qualifier:' || qualifier_key FROM qualifier
WHERE record_kind = 'company' AND archived_at IS NULL;
