-- What the filters of a run's rule hid, and the runs over the databases that come with the program.

-- A JSON list of sentences; NULL in what was recorded before this step, where it is not known.
ALTER TABLE query_runs ADD COLUMN filters TEXT CHECK (json_valid(filters));

-- Their durations and row counts are no measure for those of real databases, which can have the same names.
CREATE INDEX query_runs_sample ON query_runs (run_id) WHERE sample_data = 1;
