-- What each run said of each client it listed, so that the next run can tell what has changed. See app/history/verdicts.ts.

CREATE TABLE verdict_runs (
  run_id TEXT PRIMARY KEY,
  -- Runs with the same key asked the same sources by the same rule and window.
  comparison_key TEXT NOT NULL,
  user_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  last_event TEXT NOT NULL,
  missing INTEGER NOT NULL,
  -- More clients were listed than are kept: then nothing can be said of those that are not here.
  is_cut INTEGER NOT NULL CHECK (is_cut IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX verdict_runs_by_key ON verdict_runs (comparison_key, started_at);

-- Written before the row of their run: what has none is a part of a whole that was never finished.
CREATE TABLE client_verdicts (
  run_id TEXT NOT NULL,
  client TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'undetermined')),
  PRIMARY KEY (run_id, client)
) STRICT, WITHOUT ROWID;

CREATE INDEX client_verdicts_by_client ON client_verdicts (client);
