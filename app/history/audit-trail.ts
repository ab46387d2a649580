/** The audit chain with its records, read in order and checked against the store. */
import type { Kysely, Selectable } from 'kysely';
import type { Instant } from '../model/instant.ts';
import { type ChainEntry, type ChainHead, type ChainKind, executionContent, runContent } from './audit-chain.ts';
import { breath } from './breath.ts';
import { ChainCheck, type ChainVerdict, type CheckedEntry } from './chain-check.ts';
import type { Deletion } from './retention.ts';
import type { ChainProgress } from '../model/history-audit.ts';
import type { AttemptRow, ChainRow, HistorySchema } from './schema.ts';

type Db = Kysely<HistorySchema>;

const entriesAtATime = 500;

/** So many entries are checked between two tellings of how far it is. */
const entriesBetweenTold = 5000;

/**
 * Checks the chain of the store and every record in it. `expected` is a head that was noted elsewhere; an abort ends it between two
 * parts of the chain.
 */
export async function verifyChain(
  db: Db,
  expected?: ChainHead,
  signal?: AbortSignal,
  onProgress: (progress: ChainProgress) => void = () => undefined,
): Promise<ChainVerdict> {
  const { seq } = await db.selectFrom('audit_head').select('seq').where('id', '=', 1).executeTakeFirstOrThrow();
  const check = new ChainCheck({ seq: 0, hash: '' }, seq, expected);
  let checked = 0;
  let told = 0;
  onProgress({ entries: checked, of: seq });
  for await (const entries of trail(db, {}, signal)) {
    for (const entry of entries) check.take(entry);
    checked += entries.length;
    if (checked - told < entriesBetweenTold) continue;
    told = checked;
    onProgress({ entries: checked, of: Math.max(seq, checked) });
  }
  for (const subject of await unchained(db)) {
    check.add({ kind: 'inserted', seq: null, subject, message: `The record of ${subject} was inserted: the chain does not know it.` });
  }
  return check.finish();
}

/** The chain in order, some entries at a time, each with what its record is now. */
export async function* trail(
  db: Db,
  span: { readonly from?: Instant; readonly to?: Instant },
  signal?: AbortSignal,
): AsyncGenerator<readonly CheckedEntry[]> {
  const { from, to } = span;
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('audit_chain')
      .selectAll()
      .where('seq', '>', after)
      .$if(from !== undefined, (query) => query.where('recorded_at', '>=', from ?? ''))
      .$if(to !== undefined, (query) => query.where('recorded_at', '<', to ?? ''))
      .orderBy('seq')
      .limit(entriesAtATime)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
    const executions = await executionContents(db, subjectsOf(rows, 'execution'));
    const runs = await runContents(db, [...subjectsOf(rows, 'run'), ...subjectsOf(rows, 'run-resumed')]);
    yield rows.map((row) => checkedEntry(entryOf(row), contentOf(row, executions, runs)));
    await breath(signal);
  }
}

function contentOf(
  row: ChainRow,
  executions: ReadonlyMap<string, string>,
  runs: ReadonlyMap<string, { readonly place: number | null; readonly content: string }>,
): CheckedEntry['content'] {
  if (row.detail !== null) return row.detail;
  if (row.kind === 'execution') return executions.get(row.subject) ?? { kind: 'missing' };
  const run = runs.get(row.subject);
  if (run === undefined) return { kind: 'missing' };
  // A run that went on after its end has a later entry, which is the one that its record must agree with.
  return run.place === row.seq ? run.content : { kind: 'superseded' };
}

async function executionContents(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const attempts = await db.selectFrom('execution_attempts').selectAll().where('execution_id', 'in', ids).execute();
  const attemptsOf = Map.groupBy<string, AttemptRow>(attempts, (attempt) => attempt.execution_id);
  const rows = await db.selectFrom('query_executions').selectAll().where('execution_id', 'in', ids).execute();
  return new Map(
    rows.map(({ writer: _writer, chain_seq: _place, ...row }) => [
      row.execution_id,
      executionContent(row, attemptsOf.get(row.execution_id) ?? []),
    ]),
  );
}

async function runContents(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, { place: number | null; content: string }>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('query_runs').selectAll().where('run_id', 'in', ids).execute();
  return new Map(rows.map(({ writer: _writer, chain_seq: place, ...row }) => [row.run_id, { place, content: runContent(row) }]));
}

/** Records that have ended and whose place in the chain is not theirs. */
async function unchained(db: Db): Promise<readonly string[]> {
  const executions = await db
    .selectFrom('query_executions')
    .leftJoin('audit_chain', (join) =>
      join.onRef('audit_chain.seq', '=', 'chain_seq').onRef('subject', '=', 'execution_id').on('kind', '=', 'execution'),
    )
    .select('execution_id')
    .where('status', 'is not', null)
    .where('audit_chain.seq', 'is', null)
    .limit(entriesAtATime)
    .execute();
  const runs = await db
    .selectFrom('query_runs')
    .leftJoin('audit_chain', (join) =>
      join.onRef('audit_chain.seq', '=', 'chain_seq').onRef('subject', '=', 'run_id').on('kind', 'in', ['run', 'run-resumed']),
    )
    .select('run_id')
    .where('outcome', 'is not', null)
    .where('audit_chain.seq', 'is', null)
    .limit(entriesAtATime)
    .execute();
  return [...executions.map((row) => `execution ${row.execution_id}`), ...runs.map((row) => `run ${row.run_id}`)];
}

function entryOf(row: Selectable<ChainRow>): ChainEntry {
  return {
    seq: row.seq,
    kind: row.kind as ChainKind,
    subject: row.subject,
    recordedAt: row.recorded_at,
    contentHash: row.content_hash,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** What was deleted stands in the content of a retention's entry. */
export function checkedEntry(entry: ChainEntry, content: CheckedEntry['content']): CheckedEntry {
  if (entry.kind !== 'retention' || typeof content !== 'string') return { entry, content };
  const { places, runs } = JSON.parse(content) as Deletion;
  return { entry, content, deleted: { places, runs } };
}

function subjectsOf(rows: readonly ChainRow[], kind: ChainKind): readonly string[] {
  return rows.filter((row) => row.kind === kind).map((row) => row.subject);
}
