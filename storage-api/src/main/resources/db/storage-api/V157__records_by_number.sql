-- An event is asked for by its number while a flood's records wait here by the hundred thousand.
CREATE INDEX outbox_record_number ON outbox_record (number);
