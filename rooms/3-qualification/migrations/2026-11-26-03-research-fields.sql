-- What a qualifier reads is asked when a company is researched.
UPDATE custom_field SET asked = TRUE WHERE record_kind = 'company' AND EXISTS (
  SELECT 1 FROM qualifier q WHERE q.workspace_id = custom_field.workspace_id AND q.record_kind = 'company'
  AND q.field_key = custom_field.field_key AND q.archived_at IS NULL);
