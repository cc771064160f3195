-- A vacuum that gives empty pages at the end back to the file system locks the table for everybody meanwhile: calls wait for
-- it to be recorded. The outbox grows again with the next flood and uses these pages.
ALTER TABLE outbox_record SET (vacuum_truncate = off, toast.vacuum_truncate = off);
