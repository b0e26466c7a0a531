-- What a mail tells its reader of where their data came from.
ALTER TABLE message ADD COLUMN source_told TEXT;
CREATE INDEX message_source_told ON message (person_id) WHERE source_told IS NOT NULL;
