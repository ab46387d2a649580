-- The audit chain: one entry for each run and execution that has ended, each hold and each batch of a retention, in the
-- order in which they were committed. See app/history/audit-chain.ts for what is hashed.

CREATE TABLE audit_chain (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  -- What is hashed, where it does not stand in a table of its own.
  detail TEXT CHECK (json_valid(detail)),
  content_hash TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- The last entry. Whoever appends locks this row first.
CREATE TABLE audit_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

-- While one of these is not released nothing is deleted.
CREATE TABLE audit_holds (
  hold_id TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL,
  released_by TEXT,
  released_at TEXT
) STRICT, WITHOUT ROWID;
