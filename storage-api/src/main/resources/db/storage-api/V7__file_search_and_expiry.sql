-- How searches compare texts: lower case, words apart by one space, one space at either end.
CREATE FUNCTION words_of(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ' ' || btrim(regexp_replace(lower(value), '[[:space:][:punct:]]+', ' ', 'g')) || ' ';

ALTER TABLE stored_file
  ADD COLUMN size_seen           boolean NOT NULL DEFAULT false,
  ADD COLUMN archived_at         timestamptz,
  ADD COLUMN archive_lease_until timestamptz,
  ADD COLUMN name_words          text GENERATED ALWAYS AS (words_of(name)) STORED;
COMMENT ON COLUMN stored_file.size_seen IS 'size_bytes is what lies in the store; false: what the uploader announced, or nothing.';
COMMENT ON COLUMN stored_file.archived_at IS 'When the objects of the expired file were tagged for the archive rule.';

CREATE INDEX stored_file_token ON stored_file (token_id, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX stored_file_readers ON stored_file USING gin (readers) WHERE deleted_at IS NULL;
CREATE INDEX stored_file_tags ON stored_file USING gin (tags) WHERE deleted_at IS NULL;
CREATE INDEX stored_file_runs ON stored_file USING gin (run_ids) WHERE deleted_at IS NULL;
CREATE INDEX stored_file_unarchived ON stored_file (created_at)
  WHERE deleted_at IS NULL AND archived_at IS NULL AND max_age_days IS NOT NULL;
