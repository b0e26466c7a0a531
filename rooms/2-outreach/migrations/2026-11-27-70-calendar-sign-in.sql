-- A calendar that asks who is reading it (CalDAV, or a file behind a password); what it turned out to be, and what was wrong.
ALTER TABLE bookable_hours ADD COLUMN calendar_user TEXT;
ALTER TABLE bookable_hours ADD COLUMN calendar_password TEXT;
ALTER TABLE bookable_hours ADD COLUMN calendar_kind TEXT;
ALTER TABLE bookable_hours ADD COLUMN calendar_failure_code TEXT;
