-- Whether somebody's last events are kept yet is asked by every search: it must not read the records of an outage.
ALTER TABLE outbox_record ADD COLUMN event_of text;
COMMENT ON COLUMN outbox_record.event_of IS 'Of an event that a token caused: the token''s id.';
CREATE INDEX outbox_record_event_of ON outbox_record (project_id, event_of, created_at) WHERE event_of IS NOT NULL;
