-- Runs, executions and attempts. Times are instants in UTC as text (2026-11-20T14:00:00.000000Z): they sort as they are.
-- A record without status and end still runs. `writer` is the session of the program that told it; `chain_seq` its place
-- in the audit chain once it has ended.

CREATE TABLE history_sessions (
  session_id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  directory TEXT NOT NULL,
  started_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  segment INTEGER NOT NULL,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE query_runs (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  conversation_id TEXT,
  last_event TEXT NOT NULL,
  window_from TEXT NOT NULL,
  window_to TEXT NOT NULL,
  window_hours REAL NOT NULL,
  rule TEXT NOT NULL,
  strict INTEGER NOT NULL CHECK (strict IN (0, 1)),
  sample_data INTEGER NOT NULL CHECK (sample_data IN (0, 1)),
  plan TEXT NOT NULL CHECK (json_valid(plan)),
  outcome TEXT CHECK (outcome IN ('succeeded', 'partial', 'failed', 'cancelled', 'interrupted')),
  started_at TEXT NOT NULL,
  completed_at TEXT,
  cancelled_by TEXT,
  resumes INTEGER NOT NULL,
  expected_sources INTEGER NOT NULL,
  answered_sources INTEGER NOT NULL,
  missing TEXT NOT NULL CHECK (json_valid(missing)),
  confirmed INTEGER,
  undetermined INTEGER,
  clients_in_window INTEGER,
  events_in_window INTEGER,
  total_rows INTEGER,
  error_message TEXT,
  error_code TEXT,
  writer TEXT NOT NULL,
  chain_seq INTEGER,
  CHECK ((outcome IS NULL) = (completed_at IS NULL))
) STRICT;

CREATE TABLE query_executions (
  id INTEGER PRIMARY KEY,
  execution_id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  conversation_id TEXT,
  query_text TEXT NOT NULL,
  query_name TEXT NOT NULL,
  sql_hash TEXT NOT NULL,
  database_name TEXT NOT NULL,
  database_type TEXT NOT NULL,
  query_complexity INTEGER,
  status TEXT CHECK (
    status IN ('success', 'failed', 'timeout', 'error', 'cancelled', 'partial', 'skipped', 'budget', 'interrupted')
  ),
  execution_time REAL,
  total_rows INTEGER,
  returned_rows INTEGER,
  page INTEGER,
  page_size INTEGER,
  attempts INTEGER NOT NULL,
  endpoint TEXT,
  error_message TEXT,
  error_type TEXT,
  error_code TEXT,
  started_at TEXT NOT NULL,
  completed_at TEXT,
  connection_params TEXT NOT NULL CHECK (json_valid(connection_params)),
  request_metadata TEXT NOT NULL CHECK (json_valid(request_metadata)),
  response_metadata TEXT CHECK (json_valid(response_metadata)),
  -- execution_time in whole microseconds: sums of integers are the same in every order and on every system.
  execution_us INTEGER,
  -- The bucket of execution_us in execution_durations.
  duration_bucket INTEGER,
  writer TEXT NOT NULL,
  chain_seq INTEGER,
  CHECK ((status IS NULL) = (completed_at IS NULL)),
  CHECK ((execution_us IS NULL) = (execution_time IS NULL))
) STRICT;

CREATE TABLE execution_attempts (
  execution_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  endpoint TEXT,
  status TEXT,
  error_message TEXT,
  error_code TEXT,
  started_at TEXT NOT NULL,
  completed_at TEXT,
  PRIMARY KEY (execution_id, attempt)
) STRICT, WITHOUT ROWID;

-- A user's pages: read in the order they are shown in, every filter decided in the index.
CREATE INDEX query_executions_user ON query_executions (user_id, started_at, id, database_type);
CREATE INDEX query_executions_user_status ON query_executions (user_id, status, started_at, id, database_type);
-- Everybody's pages.
CREATE INDEX query_executions_status ON query_executions (status, started_at);
CREATE INDEX query_executions_type ON query_executions (database_type, started_at);
CREATE INDEX query_executions_run ON query_executions (run_id);
-- Statistics read nothing but these indexes.
CREATE INDEX query_executions_time ON query_executions (
  started_at, id, status, user_id, database_name, database_type, query_name, execution_us, duration_bucket, total_rows
);
CREATE INDEX query_executions_query ON query_executions (
  database_name, query_name, started_at, id, status, execution_us, total_rows, user_id
);
CREATE INDEX query_executions_duration ON query_executions (
  duration_bucket, started_at, status, execution_us, user_id, database_name, database_type
);
CREATE INDEX query_executions_error ON query_executions (started_at, error_type, error_code, database_name, user_id)
WHERE error_code IS NOT NULL;
CREATE INDEX query_executions_open ON query_executions (writer) WHERE status IS NULL;

CREATE INDEX query_runs_time ON query_runs (started_at);
CREATE INDEX query_runs_user ON query_runs (user_id, started_at);
CREATE INDEX query_runs_open ON query_runs (writer) WHERE outcome IS NULL;
