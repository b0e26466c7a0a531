-- The workbook an import's text was read from, kept while another of its sheets may be chosen.
ALTER TABLE import ADD COLUMN original_id {uuid};

-- Where a refused row is at fault: the column's name and its cell.
ALTER TABLE import_refusal ADD COLUMN column_name TEXT;
ALTER TABLE import_refusal ADD COLUMN cell TEXT;
