-- The job that wrote a transcript down from a recording.
ALTER TABLE transcript ADD COLUMN job_id {uuid};
CREATE UNIQUE INDEX transcript_by_job ON transcript (job_id) WHERE job_id IS NOT NULL;
