-- When it is to be seen whether a consent has to be confirmed: after 699 days, since no 23 months are shorter; null: not before it was.
ALTER TABLE consent ADD COLUMN confirm_at BIGINT;
UPDATE consent SET confirm_at = COALESCE(confirmed_at, given_at) + 60393600000000 WHERE kind = 'consent' AND withdrawn_at IS NULL;
CREATE INDEX consent_to_confirm ON consent (confirm_at) WHERE confirm_at IS NOT NULL;
