-- Readers of the log pass over kinds they are not told of without fetching the rows.
DROP INDEX event_order;
CREATE INDEX event_order ON event (tx, seq, kind);
