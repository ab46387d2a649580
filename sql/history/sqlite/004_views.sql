-- For people with an SQL client. Percentiles are by nearest rank: the smallest duration that at least p % of the timed
-- executions do not exceed. Durations are seconds.

CREATE VIEW execution_analytics AS
WITH ended AS (
  SELECT
    substr(started_at, 1, 10) AS day, user_id, database_type, status, execution_us, total_rows,
    row_number() OVER (
      PARTITION BY user_id, substr(started_at, 1, 10), database_type, status, execution_us IS NULL ORDER BY execution_us
    ) AS place,
    count(execution_us) OVER (PARTITION BY user_id, substr(started_at, 1, 10), database_type, status) AS timed
  FROM query_executions
  WHERE status IS NOT NULL
)
SELECT
  day, user_id, database_type, status,
  count(*) AS executions,
  min(timed) AS timed_executions,
  sum(execution_us) / 1000000.0 / min(timed) AS avg_execution_time,
  max(execution_us) / 1000000.0 AS max_execution_time,
  min(CASE WHEN place >= (timed * 50 + 99) / 100 THEN execution_us END) / 1000000.0 AS p50_execution_time,
  min(CASE WHEN place >= (timed * 95 + 99) / 100 THEN execution_us END) / 1000000.0 AS p95_execution_time,
  min(CASE WHEN place >= (timed * 99 + 99) / 100 THEN execution_us END) / 1000000.0 AS p99_execution_time,
  sum(total_rows) AS total_rows
FROM ended
GROUP BY day, user_id, database_type, status;

CREATE VIEW user_recent_executions AS
SELECT
  user_id,
  row_number() OVER (PARTITION BY user_id ORDER BY started_at DESC, id DESC) AS recency,
  id, execution_id, run_id, conversation_id, query_name, sql_hash, database_name, database_type, query_complexity, status,
  execution_time, total_rows, returned_rows, attempts, endpoint, error_message, error_type, error_code, started_at, completed_at
FROM query_executions;
