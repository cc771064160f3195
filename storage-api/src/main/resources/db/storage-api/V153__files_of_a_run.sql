-- A run's statistics count its removed files, too, but none that nobody has ever seen.
ALTER TABLE stored_file ADD COLUMN shown boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN stored_file.shown IS 'False: it came with a call and was not shown yet; with deleted_at, it never will be.';

-- Of those before this column, a reservation can be told by its times alone.
UPDATE stored_file SET shown = false
WHERE deleted_at IS NOT NULL AND NOT size_seen AND deleted_at < created_at + interval '1 second';

-- Creators wrote both columns; whatever did not is found as well from now on.
UPDATE stored_file SET run_ids = run_ids || run_id WHERE run_id <> ALL (run_ids);

DROP INDEX stored_file_runs;
CREATE INDEX stored_file_runs ON stored_file USING gin (run_ids);
