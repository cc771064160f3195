-- What was the last change of a table is asked before it is undone.
CREATE INDEX job_table ON job (table_id, id DESC) WHERE lock_mode = 'TABLE';
