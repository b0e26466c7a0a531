-- Answers to the questions that lead to a profile, by question; empty until the first one.
ALTER TABLE icp_profile ADD COLUMN answers {json};
