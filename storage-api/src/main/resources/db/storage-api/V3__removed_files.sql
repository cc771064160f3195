-- Hidden files whose objects are not removed yet are swept by claim.
ALTER TABLE stored_file ADD COLUMN purged_at timestamptz;
ALTER TABLE stored_file ADD COLUMN purge_lease_until timestamptz;
CREATE INDEX stored_file_removed ON stored_file (deleted_at) WHERE deleted_at IS NOT NULL AND purged_at IS NULL;

-- Two creations at the same time: the index decides.
CREATE UNIQUE INDEX data_table_display_name ON data_table (bucket_id, display_name) WHERE state <> 'DELETED';
