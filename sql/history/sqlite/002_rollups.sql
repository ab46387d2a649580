-- Sums that are kept as executions end, so that a statistic over a year reads thousands of rows and not millions. A span is
-- the UTC day on which executions started (2026-11-20), or the month (M2026-11). user_id '' stands for all users together.

CREATE TABLE execution_totals (
  user_id TEXT NOT NULL,
  span TEXT NOT NULL,
  database_name TEXT NOT NULL,
  database_type TEXT NOT NULL,
  query_name TEXT NOT NULL,
  status TEXT NOT NULL,
  executions INTEGER NOT NULL,
  -- Executions with a known duration, the sum and the greatest of these durations.
  timed INTEGER NOT NULL,
  sum_us INTEGER NOT NULL,
  max_us INTEGER,
  total_rows INTEGER NOT NULL,
  PRIMARY KEY (user_id, span, database_name, database_type, query_name, status)
) STRICT, WITHOUT ROWID;

-- How many executions took how long, in buckets a sixteenth of a power of two wide: they tell in which bucket a percentile
-- lies, and the executions in that bucket tell its exact value.
CREATE TABLE execution_durations (
  user_id TEXT NOT NULL,
  span TEXT NOT NULL,
  database_name TEXT NOT NULL,
  database_type TEXT NOT NULL,
  status TEXT NOT NULL,
  duration_bucket INTEGER NOT NULL,
  executions INTEGER NOT NULL,
  PRIMARY KEY (user_id, span, database_name, database_type, status, duration_bucket)
) STRICT, WITHOUT ROWID;
