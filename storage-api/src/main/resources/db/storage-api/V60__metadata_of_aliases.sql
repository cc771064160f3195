-- The columns of an alias are those of its root, or some of them: what was written onto one of them goes with it, too.

CREATE OR REPLACE FUNCTION forget_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM metadata WHERE kind = 'TABLE' AND column_name <> '' AND column_name <> ALL (NEW.columns)
    AND (object_id = NEW.id
         OR object_id IN (SELECT id FROM data_table WHERE root_id = NEW.id AND state <> 'DELETED'));
  NEW.indexed_columns := ARRAY(SELECT name FROM unnest(NEW.indexed_columns) WITH ORDINALITY AS x (name, place)
                               WHERE name = ANY (NEW.columns) ORDER BY place);
  RETURN NEW;
END $$;

CREATE FUNCTION forget_alias_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM metadata WHERE kind = 'TABLE' AND object_id = NEW.id AND column_name <> ''
    AND column_name <> ALL (NEW.alias_columns);
  RETURN NULL;
END $$;
CREATE TRIGGER alias_columns_changed AFTER UPDATE OF alias_columns ON data_table
  FOR EACH ROW WHEN (NEW.alias_columns IS NOT NULL AND OLD.alias_columns IS DISTINCT FROM NEW.alias_columns)
  EXECUTE FUNCTION forget_alias_columns();
