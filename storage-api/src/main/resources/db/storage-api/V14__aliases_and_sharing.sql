-- An alias has no rows of its own: it resolves to its root's, with columns and a predicate.
ALTER TABLE data_table ADD COLUMN source_id bigint REFERENCES data_table;
ALTER TABLE data_table ADD COLUMN root_id bigint REFERENCES data_table;
ALTER TABLE data_table ADD COLUMN link_id bigint REFERENCES bucket;
ALTER TABLE data_table ADD COLUMN alias_columns text[];
ALTER TABLE data_table ADD COLUMN filter_column text;
ALTER TABLE data_table ADD COLUMN filter_operator text CHECK (filter_operator IN ('eq', 'ne'));
ALTER TABLE data_table ADD COLUMN filter_values text[];
ALTER TABLE data_table ADD CHECK ((source_id IS NULL) = (root_id IS NULL));
ALTER TABLE data_table ADD CHECK (source_id IS NOT NULL OR (link_id IS NULL AND alias_columns IS NULL AND filter_column IS NULL));
ALTER TABLE data_table ADD CHECK ((filter_column IS NULL) = (filter_operator IS NULL) AND (filter_column IS NULL) = (filter_values IS NULL));
COMMENT ON COLUMN data_table.source_id IS 'Makes it an alias: the table directly behind it, which may be an alias without filter and with all columns, or lie in a lending project.';
COMMENT ON COLUMN data_table.root_id IS 'The real table at the end of the chain.';
COMMENT ON COLUMN data_table.link_id IS 'The linked bucket by which the root is read, where it lies in another project; goes with it.';
COMMENT ON COLUMN data_table.alias_columns IS 'null: all columns of the source, whatever they will be.';
CREATE INDEX data_table_source ON data_table (source_id) WHERE source_id IS NOT NULL AND state <> 'DELETED';
CREATE INDEX data_table_root ON data_table (root_id) WHERE root_id IS NOT NULL AND state <> 'DELETED';
CREATE INDEX data_table_link ON data_table (link_id) WHERE link_id IS NOT NULL AND state <> 'DELETED';

-- A linked bucket has no tables of its own either: it shows those of its source, as they are at the moment.
ALTER TABLE bucket ADD COLUMN sharing text
  CHECK (sharing IN ('organization', 'organization-project', 'specific-projects', 'specific-users'));
ALTER TABLE bucket ADD COLUMN shared_by bigint REFERENCES person;
ALTER TABLE bucket ADD COLUMN shared_at timestamptz;
ALTER TABLE bucket ADD COLUMN source_bucket_id bigint REFERENCES bucket;
ALTER TABLE bucket ADD CHECK (source_bucket_id IS NULL OR sharing IS NULL);
CREATE UNIQUE INDEX bucket_link ON bucket (source_bucket_id, project_id) WHERE source_bucket_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX bucket_shared ON bucket (project_id) WHERE sharing IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE bucket_share_project (
  bucket_id  bigint NOT NULL REFERENCES bucket,
  project_id bigint NOT NULL REFERENCES project,
  PRIMARY KEY (bucket_id, project_id)
);
CREATE TABLE bucket_share_person (
  bucket_id bigint NOT NULL REFERENCES bucket,
  person_id bigint NOT NULL REFERENCES person,
  PRIMARY KEY (bucket_id, person_id)
);
