-- What became of a dial, finer than its outcome.
ALTER TABLE activity ADD COLUMN disposition TEXT;
