-- What a sequence is for: `outreach`, a `track` that keeps in touch, or a `campaign`, a track in which no price is named.
ALTER TABLE sequence ADD COLUMN purpose TEXT NOT NULL DEFAULT 'outreach';

-- Whoever goes through a track is guided: a step that is due waits at `guided_due_at` until the room of nurturing gives
-- it free, by setting `next_run_at` and what its mail inserts. Somebody may go through several tracks at once.
ALTER TABLE enrolment ADD COLUMN guided {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE enrolment ADD COLUMN guided_due_at BIGINT;
ALTER TABLE enrolment ADD COLUMN inserts {json};
DROP INDEX enrolment_one_per_person;
CREATE UNIQUE INDEX enrolment_one_per_person ON enrolment (workspace_id, person_id)
  WHERE NOT guided AND state IN ('scheduled', 'active', 'waiting', 'paused');
CREATE UNIQUE INDEX enrolment_one_per_track ON enrolment (sequence_id, person_id)
  WHERE guided AND state IN ('scheduled', 'active', 'waiting', 'paused');
CREATE INDEX enrolment_guided ON enrolment (guided_due_at)
  WHERE guided AND guided_due_at IS NOT NULL AND state IN ('scheduled', 'active');
CREATE INDEX enrolment_given_free ON enrolment (person_id)
  WHERE guided AND state IN ('scheduled', 'active', 'waiting', 'paused');
