-- Whose jobs that read from workspaces were sent last: few of them are under way at a time, and projects take turns.
CREATE TABLE workspace_read_turn (
  project_id bigint PRIMARY KEY REFERENCES project,
  taken_at   timestamptz NOT NULL
);
