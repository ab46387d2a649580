-- The ledger of planned runs: each interval of a schedule once, whatever program evaluates it. See app/history/ledger.ts.

CREATE TABLE schedules (
  schedule TEXT PRIMARY KEY,
  since TEXT NOT NULL,
  paused_by TEXT,
  paused_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule_intervals (
  schedule TEXT NOT NULL REFERENCES schedules (schedule),
  interval_to TEXT NOT NULL,
  interval_from TEXT NOT NULL,
  due_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'incomplete', 'failed', 'missed')),
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at TEXT,
  requested_by TEXT,
  -- Set while it runs: whoever knows it may end it.
  claim TEXT UNIQUE,
  claim_host TEXT,
  claim_pid INTEGER,
  beat INTEGER NOT NULL DEFAULT 0,
  run_id TEXT,
  started_at TEXT,
  ended_at TEXT,
  -- How often it was evaluated although its end had not come: the clock was ahead.
  reopened INTEGER NOT NULL DEFAULT 0,
  result TEXT CHECK (json_valid(result)),
  PRIMARY KEY (schedule, interval_to),
  CHECK ((state = 'running') = (claim IS NOT NULL)),
  CHECK (state NOT IN ('done', 'incomplete') OR result IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX schedule_intervals_by_time ON schedule_intervals (interval_to);

-- Alerts are written with what they are about, and sent afterwards: none is lost with the program that found it.
CREATE TABLE schedule_alerts (
  alert_id INTEGER PRIMARY KEY,
  schedule TEXT NOT NULL,
  interval_to TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'joined')),
  message TEXT CHECK (json_valid(message)),
  created_at TEXT NOT NULL,
  claim TEXT,
  claimed_at TEXT,
  ended_at TEXT,
  error TEXT,
  UNIQUE (schedule, interval_to, reason, detail, channel)
) STRICT;

CREATE INDEX schedule_alerts_open ON schedule_alerts (alert_id) WHERE state IN ('waiting', 'sending');
