-- Types of a typed table's columns, in their order: a copy of what the warehouse's catalogue has.
ALTER TABLE data_table ADD COLUMN column_types jsonb;
COMMENT ON COLUMN data_table.column_types IS 'Null: the table is untyped, all its columns are text.';
