-- The ledger of planned runs: each interval of a schedule once, whatever program evaluates it. See app/history/ledger.ts.

CREATE TABLE schedules (
  schedule TEXT COLLATE "C" PRIMARY KEY,
  since TEXT COLLATE "C" NOT NULL,
  paused_by TEXT COLLATE "C",
  paused_at TEXT COLLATE "C"
);

CREATE TABLE schedule_intervals (
  schedule TEXT COLLATE "C" NOT NULL REFERENCES schedules (schedule),
  interval_to TEXT COLLATE "C" NOT NULL,
  interval_from TEXT COLLATE "C" NOT NULL,
  due_at TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'running', 'done', 'incomplete', 'failed', 'missed')),
  reason TEXT COLLATE "C",
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at TEXT COLLATE "C",
  requested_by TEXT COLLATE "C",
  -- Set while it runs: whoever knows it may end it.
  claim TEXT COLLATE "C" UNIQUE,
  claim_host TEXT COLLATE "C",
  claim_pid INTEGER,
  beat INTEGER NOT NULL DEFAULT 0,
  run_id TEXT COLLATE "C",
  started_at TEXT COLLATE "C",
  ended_at TEXT COLLATE "C",
  -- How often it was evaluated although its end had not come: the clock was ahead.
  reopened INTEGER NOT NULL DEFAULT 0,
  result TEXT COLLATE "C" CHECK (result IS NULL OR result::json IS NOT NULL),
  PRIMARY KEY (schedule, interval_to),
  CHECK ((state = 'running') = (claim IS NOT NULL)),
  CHECK (state NOT IN ('done', 'incomplete') OR result IS NOT NULL)
);

CREATE INDEX schedule_intervals_by_time ON schedule_intervals (interval_to);

-- Alerts are written with what they are about, and sent afterwards: none is lost with the program that found it.
CREATE TABLE schedule_alerts (
  alert_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule TEXT COLLATE "C" NOT NULL,
  interval_to TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C" NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'joined')),
  message TEXT COLLATE "C" CHECK (message IS NULL OR message::json IS NOT NULL),
  created_at TEXT COLLATE "C" NOT NULL,
  claim TEXT COLLATE "C",
  claimed_at TEXT COLLATE "C",
  ended_at TEXT COLLATE "C",
  error TEXT COLLATE "C",
  UNIQUE (schedule, interval_to, reason, detail, channel)
);

CREATE INDEX schedule_alerts_open ON schedule_alerts (alert_id) WHERE state IN ('waiting', 'sending');
