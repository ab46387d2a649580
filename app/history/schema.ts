/** The tables as sql/history makes them, for the query builder. Booleans are 0 or 1, JSON is canonical text, times are instants. */
import type { Generated } from 'kysely';

/** A session of the program that writes: what it has told is known up to `segment` and `position` of its journal. */
export interface SessionRow {
  session_id: string;
  host: string;
  pid: number;
  directory: string;
  started_at: string;
  /** The last moment at which it is known to have lived. */
  seen_at: string;
  segment: number;
  position: number;
}

/** A run; see `RunRecord`. */
export interface RunRow {
  id: Generated<number>;
  run_id: string;
  user_id: string;
  conversation_id: string | null;
  last_event: string;
  window_from: string;
  window_to: string;
  window_hours: number;
  rule: string;
  strict: number;
  sample_data: number;
  plan: string;
  outcome: string | null;
  started_at: string;
  completed_at: string | null;
  cancelled_by: string | null;
  resumes: number;
  expected_sources: number;
  answered_sources: number;
  missing: string;
  confirmed: number | null;
  undetermined: number | null;
  clients_in_window: number | null;
  events_in_window: number | null;
  total_rows: number | null;
  error_message: string | null;
  error_code: string | null;
  filters: string | null;
  writer: string;
  chain_seq: number | null;
}

/** An execution; see `ExecutionRecord`. */
export interface ExecutionRow {
  id: Generated<number>;
  execution_id: string;
  run_id: string;
  user_id: string;
  conversation_id: string | null;
  query_text: string;
  query_name: string;
  sql_hash: string;
  database_name: string;
  database_type: string;
  query_complexity: number | null;
  status: string | null;
  execution_time: number | null;
  total_rows: number | null;
  returned_rows: number | null;
  page: number | null;
  page_size: number | null;
  attempts: number;
  endpoint: string | null;
  error_message: string | null;
  error_type: string | null;
  error_code: string | null;
  started_at: string;
  completed_at: string | null;
  connection_params: string;
  request_metadata: string;
  response_metadata: string | null;
  execution_us: number | null;
  duration_bucket: number | null;
  writer: string;
  chain_seq: number | null;
}

/** An attempt; see `AttemptRecord`. */
export interface AttemptRow {
  execution_id: string;
  attempt: number;
  endpoint: string | null;
  status: string | null;
  error_message: string | null;
  error_code: string | null;
  started_at: string;
  completed_at: string | null;
}

/** Sums of a day (`2026-11-20`) or of a month (`M2026-11`); `user_id` is empty for all users together. */
export interface TotalsRow {
  user_id: string;
  span: string;
  database_name: string;
  database_type: string;
  query_name: string;
  status: string;
  executions: number;
  timed: number;
  sum_us: number;
  max_us: number | null;
  total_rows: number;
}

/** How many executions of a day or a month took how long. */
export interface DurationRow {
  user_id: string;
  span: string;
  database_name: string;
  database_type: string;
  status: string;
  duration_bucket: number;
  executions: number;
}

/** An entry of the audit chain. */
export interface ChainRow {
  seq: number;
  kind: string;
  subject: string;
  recorded_at: string;
  detail: string | null;
  content_hash: string;
  previous_hash: string;
  hash: string;
}

/** The last entry of the chain. */
export interface ChainHeadRow {
  id: number;
  seq: number;
  hash: string;
}

/** A reason why nothing may be deleted. */
export interface HoldRow {
  hold_id: string;
  reason: string;
  set_by: string;
  set_at: string;
  released_by: string | null;
  released_at: string | null;
}

/** A schedule; see `ScheduleRecord`. */
export interface ScheduleRow {
  schedule: string;
  since: string;
  paused_by: string | null;
  paused_at: string | null;
}

/** An interval of a schedule; see `LedgerInterval`. */
export interface IntervalRow {
  schedule: string;
  interval_to: string;
  interval_from: string;
  due_at: string;
  state: string;
  reason: string | null;
  attempts: Generated<number>;
  next_try_at: string | null;
  requested_by: string | null;
  claim: string | null;
  claim_host: string | null;
  claim_pid: number | null;
  beat: Generated<number>;
  run_id: string | null;
  started_at: string | null;
  ended_at: string | null;
  reopened: Generated<number>;
  result: string | null;
}

/** An alert about an interval; see `AlertRecord`. */
export interface AlertRow {
  alert_id: Generated<number>;
  schedule: string;
  interval_to: string;
  reason: string;
  detail: string;
  channel: string;
  state: string;
  message: string | null;
  created_at: string;
  claim: string | null;
  claimed_at: string | null;
  ended_at: string | null;
  error: string | null;
}

/** A migration that has been applied. */
export interface MigrationRow {
  number: number;
  name: string;
  checksum: string;
  applied_at: string;
}

/** A run whose verdicts are kept. */
export interface VerdictRunRow {
  run_id: string;
  comparison_key: string;
  user_id: string;
  started_at: string;
  ended_at: string;
  last_event: string;
  missing: number;
  is_cut: number;
}

/** What a run said of one client. */
export interface ClientVerdictRow {
  run_id: string;
  client: string;
  verdict: string;
}

/** All tables. */
export interface HistorySchema {
  history_migrations: MigrationRow;
  history_sessions: SessionRow;
  query_runs: RunRow;
  query_executions: ExecutionRow;
  execution_attempts: AttemptRow;
  execution_totals: TotalsRow;
  execution_durations: DurationRow;
  audit_chain: ChainRow;
  audit_head: ChainHeadRow;
  audit_holds: HoldRow;
  schedules: ScheduleRow;
  schedule_intervals: IntervalRow;
  schedule_alerts: AlertRow;
  verdict_runs: VerdictRunRow;
  client_verdicts: ClientVerdictRow;
}
