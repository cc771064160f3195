-- An alias is what it was defined by: a snapshot of it has no rows, and so no file.
ALTER TABLE snapshot ALTER COLUMN file_id DROP NOT NULL;
COMMENT ON COLUMN snapshot.file_id IS 'With the rows; null: of an alias, which has none of its own.';
