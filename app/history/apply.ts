/**
 * Journal entries into the store: one batch, one transaction. Telling the same entry twice changes nothing, and the first
 * end of an execution stands. With the records go their places in the audit chain, the sums of their days and how far the
 * journal has been read, so that all of it is there or none.
 */
import type { Transaction } from 'kysely';
import { type Instant, instantFromMs } from '../model/instant.ts';
import { chain, type ChainDraft, type ChainHead, executionContent, runContent } from './audit-chain.ts';
import { appendEntries, lockChain } from './chain-store.ts';
import type { JournalEntry } from './journal-format.ts';
import type { HistoryEvent, RunRecord } from './records.ts';
import { attemptRow, executionRow, type NewExecutionRow, type NewRunRow, runRow } from './rows.ts';
import { addToRollups } from './rollup-store.ts';
import type { AttemptRow, HistorySchema } from './schema.ts';
import type { Store } from './store.ts';
import { excluded } from './upsert.ts';

/** A batch of one session's journal. */
export interface Batch {
  readonly session: string;
  readonly entries: readonly JournalEntry[];
  /** How far the journal has been read when this batch is in. */
  readonly segment: number;
  readonly position: number;
}

type Trx = Transaction<HistorySchema>;

/** Puts a batch into the store. @throws what the client library throws; then nothing of it is in the store */
export async function applyBatch(store: Store, batch: Batch, nowMs: number): Promise<void> {
  const told = toldBy(batch.entries.map(({ event }) => event));
  const recordedAt = instantFromMs(nowMs);
  await store.db.transaction().execute(async (trx) => {
    const head = await lockChain(store, trx);
    const news = { executions: await unseenExecutions(store, trx, told.executions), runs: await changedRuns(store, trx, told.runs) };
    await writeNews(store, trx, head, news, batch.session, recordedAt);
    await trx
      .updateTable('history_sessions')
      .set({ segment: batch.segment, position: batch.position, seen_at: lastTold(batch) ?? recordedAt })
      .where('session_id', '=', batch.session)
      .execute();
  });
}

/** An execution to write. */
export interface ExecutionNews {
  readonly row: NewExecutionRow;
  readonly attempts: readonly AttemptRow[];
}

/** A run to write. */
export interface RunNews {
  readonly row: NewRunRow;
  /** It had ended and goes on, or has by now ended again. */
  readonly resumed: boolean;
}

/** What to write, once it is known that the store does not have it. */
export interface News {
  readonly executions: readonly ExecutionNews[];
  readonly runs: readonly RunNews[];
}

/** Writes records, their places in the chain behind the locked head, and what they add to the sums of their days. */
export async function writeNews(store: Store, trx: Trx, head: ChainHead, news: News, writer: string, recordedAt: Instant): Promise<void> {
  const { executions, runs } = news;
  const drafts = [...executions.flatMap(executionDraft), ...runs.flatMap(runDraft)];
  const entries = chain(head, drafts, recordedAt);
  const places = new Map(entries.map((entry) => [`${entry.kind} ${entry.subject}`, entry.seq]));
  await writeExecutions(store, trx, executions, writer, places);
  await writeRuns(store, trx, runs, writer, places);
  await appendEntries(store, trx, entries);
  const ended = executions.map(({ row }) => row).filter((row) => row.status !== null);
  await addToRollups(store, trx, ended);
}

/** When the last event of the batch was recorded: the session was alive then. */
function lastTold({ entries }: Batch): Instant | undefined {
  const last = entries.at(-1);
  return last === undefined ? undefined : instantFromMs(last.at);
}

type ExecutionEvent = Extract<HistoryEvent, { kind: 'execution' }>;

/** Of each execution the first end, or else the last snapshot; of each run the first end after its last resumption, or else the last snapshot. */
function toldBy(events: readonly HistoryEvent[]): { executions: readonly ExecutionNews[]; runs: readonly RunRecord[] } {
  const executions = new Map<string, ExecutionEvent>();
  const runs = new Map<string, RunRecord>();
  for (const event of events) {
    if (event.kind === 'run') {
      const { record } = event;
      const before = runs.get(record.runId);
      const isOld =
        before !== undefined && (record.resumes < before.resumes || (record.resumes === before.resumes && before.outcome !== null));
      if (!isOld) runs.set(record.runId, record);
    } else if (!hasEnded(executions.get(event.record.executionId))) executions.set(event.record.executionId, event);
  }
  return {
    executions: [...executions.values()].map(({ record, attempts }) => ({
      row: executionRow(record),
      attempts: attempts.map((attempt) => attemptRow(record.executionId, attempt)),
    })),
    runs: [...runs.values()],
  };
}

function hasEnded(event: ExecutionEvent | undefined): boolean {
  return event !== undefined && event.record.status !== null;
}

async function unseenExecutions({ bulk }: Store, trx: Trx, news: readonly ExecutionNews[]): Promise<readonly ExecutionNews[]> {
  const ids = news.map(({ row }) => row.execution_id);
  const ended = await bulk.ask(trx, 'ended executions', ids, (some) =>
    trx.selectFrom('query_executions').select('execution_id').where('execution_id', 'in', some).where('status', 'is not', null),
  );
  if (ended.length === 0) return news;
  const known = new Set(ended.map((row) => row.execution_id));
  return news.filter(({ row }) => !known.has(row.execution_id));
}

/** Runs that have gone on since the store heard of them; a begin or an end that is told again is no news. */
async function changedRuns({ bulk }: Store, trx: Trx, records: readonly RunRecord[]): Promise<readonly RunNews[]> {
  const ids = records.map(({ runId }) => runId);
  const rows = await bulk.ask(trx, 'runs', ids, (some) =>
    trx.selectFrom('query_runs').select(['run_id', 'resumes', 'outcome']).where('run_id', 'in', some),
  );
  const stored = new Map(rows.map((row) => [row.run_id, row]));
  return records.flatMap((record) => {
    const before = stored.get(record.runId);
    const isResumed = before !== undefined && record.resumes > before.resumes;
    const isNews = before === undefined || isResumed || (before.outcome === null && record.resumes === before.resumes);
    return isNews ? [{ row: runRow(record), resumed: isResumed }] : [];
  });
}

function executionDraft({ row, attempts }: ExecutionNews): ChainDraft[] {
  if (row.status === null) return [];
  return [{ kind: 'execution', subject: row.execution_id, content: executionContent(row, attempts) }];
}

function runDraft({ row, resumed }: RunNews): ChainDraft[] {
  if (row.outcome !== null) return [{ kind: 'run', subject: row.run_id, content: runContent(row) }];
  return resumed ? [{ kind: 'run-resumed', subject: row.run_id, content: runContent(row) }] : [];
}

async function writeExecutions(
  { bulk }: Store,
  trx: Trx,
  news: readonly ExecutionNews[],
  writer: string,
  places: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = news.map(({ row }) => ({ ...row, writer, chain_seq: places.get(`execution ${row.execution_id}`) ?? null }));
  await bulk.insert(trx, 'executions', rows, (some) =>
    trx
      .insertInto('query_executions')
      .values(some)
      .onConflict((conflict) => conflict.column('execution_id').doUpdateSet(excluded(columnsOf(some, 'execution_id')))),
  );
  const attempts = news.flatMap((execution) => execution.attempts);
  await bulk.insert(trx, 'attempts', attempts, (some) =>
    trx
      .insertInto('execution_attempts')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['execution_id', 'attempt']).doUpdateSet(excluded(columnsOf(some, 'execution_id', 'attempt'))),
      ),
  );
}

async function writeRuns(
  { bulk }: Store,
  trx: Trx,
  news: readonly RunNews[],
  writer: string,
  places: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = news.map(({ row, resumed }) => {
    const kind = row.outcome === null && resumed ? 'run-resumed' : 'run';
    return { ...row, writer, chain_seq: places.get(`${kind} ${row.run_id}`) ?? null };
  });
  await bulk.insert(trx, 'runs', rows, (some) =>
    trx
      .insertInto('query_runs')
      .values(some)
      .onConflict((conflict) => conflict.column('run_id').doUpdateSet(excluded(columnsOf(some, 'run_id')))),
  );
}

/** Everything but the key is written again, so that what stands in the store is what was hashed for the chain. */
function columnsOf<R extends object>(rows: readonly R[], ...key: readonly (keyof R)[]): readonly (keyof R & string)[] {
  const names = Object.keys(rows[0] ?? {}) as (keyof R & string)[];
  return names.filter((name) => !key.includes(name));
}
