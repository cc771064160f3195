-- An export is used again while its table has not changed: the file remembers what it answers.
-- The entry lives and dies with the file.
ALTER TABLE stored_file
  ADD COLUMN export_table bigint,     -- whose rows it holds, by the catalogue
  ADD COLUMN export_key bytea,        -- SHA-256 of what was asked
  ADD COLUMN export_sequence bigint;  -- of the table, as it was read; null until the export has ended well
CREATE INDEX stored_file_export ON stored_file (export_table, export_key)
  WHERE export_sequence IS NOT NULL AND deleted_at IS NULL;
