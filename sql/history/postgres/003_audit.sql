-- The audit chain: one entry for each run and execution that has ended, each hold and each batch of a retention, in the
-- order in which they were committed. See app/history/audit-chain.ts for what is hashed.

CREATE TABLE audit_chain (
  seq BIGINT PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  recorded_at TEXT COLLATE "C" NOT NULL,
  -- What is hashed, where it does not stand in a table of its own.
  detail TEXT COLLATE "C" CHECK (detail IS NULL OR detail::json IS NOT NULL),
  content_hash TEXT COLLATE "C" NOT NULL,
  previous_hash TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL
);

-- The last entry. Whoever appends locks this row first.
CREATE TABLE audit_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq BIGINT NOT NULL,
  hash TEXT COLLATE "C" NOT NULL
);

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

-- While one of these is not released nothing is deleted.
CREATE TABLE audit_holds (
  hold_id TEXT COLLATE "C" PRIMARY KEY,
  reason TEXT COLLATE "C" NOT NULL,
  set_by TEXT COLLATE "C" NOT NULL,
  set_at TEXT COLLATE "C" NOT NULL,
  released_by TEXT COLLATE "C",
  released_at TEXT COLLATE "C"
);
