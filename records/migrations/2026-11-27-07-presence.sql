-- What is known of a person on LinkedIn, and since which day.
ALTER TABLE person ADD COLUMN linkedin_state TEXT;
ALTER TABLE person ADD COLUMN linkedin_state_on TEXT;
