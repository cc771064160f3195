ALTER TABLE job ADD COLUMN receipt text;
COMMENT ON COLUMN job.receipt IS 'JSON: what a successful load read and what became of it; shown in the job''s detail only, because a sliced file makes it long.';
