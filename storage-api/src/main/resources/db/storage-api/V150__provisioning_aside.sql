ALTER TABLE job ADD COLUMN provisions boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN job.provisions IS 'For the provisioner, which moves no rows: does not count among the jobs that a project may have at a time.';
