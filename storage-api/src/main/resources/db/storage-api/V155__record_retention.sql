ALTER TABLE organisation ADD COLUMN record_retention_days integer CHECK (record_retention_days > 0);
COMMENT ON COLUMN organisation.record_retention_days IS
  'How long the search of its records goes back; null: to the first one. The log keeps all of them.';
