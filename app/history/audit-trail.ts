/** The audit chain with its records, read in order and checked against the store. */
import type { Kysely, Selectable } from 'kysely';
import type { Instant } from '../model/instant.ts';
import { type ChainEntry, type ChainHead, type ChainKind, entryHash, executionContent, runContent } from './audit-chain.ts';
import { breath } from './breath.ts';
import { ChainCheck, type ChainVerdict, type CheckedEntry } from './chain-check.ts';
import { alteredHolds, unchainedRecords } from './chain-tables.ts';
import type { Deletion } from './retention.ts';
import type { ChainFault, ChainProgress } from '../model/history-audit.ts';
import type { AttemptRow, ChainRow, HistorySchema } from './schema.ts';

type Db = Kysely<HistorySchema>;

const entriesAtATime = 500;

/** An entry that stands elsewhere is looked for as if so many had been removed. */
export const mostRemoved = 100_000;
/** So many entries are checked between two tellings of how far it is. */
const entriesBetweenTold = 5000;

/**
 * Checks the chain of the store, every record in it and every hold, against the head that the store notes too. `expected` is a head that was noted
 * elsewhere; an abort ends it between two parts of the chain.
 */
export async function verifyChain(
  db: Db,
  expected?: ChainHead,
  signal?: AbortSignal,
  onProgress: (progress: ChainProgress) => void = () => undefined,
): Promise<ChainVerdict> {
  const noted = await db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1).executeTakeFirst();
  const head = noted ?? { seq: 0, hash: '' };
  const { seq } = head;
  const { count } = await db
    .selectFrom('audit_chain')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  // An entry is looked for where it may have stood; a head that was forged must not make that endless.
  const check = new ChainCheck({ seq: 0, hash: '' }, Math.min(seq, count + mostRemoved), expected);
  let checked = 0;
  let told = 0;
  let last = 0;
  let hasHead = false;
  onProgress({ entries: checked, of: seq });
  for await (const entries of trail(db, {}, signal)) {
    for (const entry of entries) {
      check.take(entry);
      last = entry.entry.seq;
      hasHead ||= entry.entry.hash === head.hash;
      if (isAnotherThan(head, entry.entry) && expected?.seq !== seq) check.add(notTheHead(entry.entry));
    }
    checked += entries.length;
    if (checked - told < entriesBetweenTold) continue;
    told = checked;
    onProgress({ entries: checked, of: Math.max(seq, checked) });
  }
  if (noted === undefined) check.add(noHead);
  // What was written meanwhile stands behind the head. Where it stands at an earlier place, what was removed is told already.
  if (last < seq && !hasHead && (expected === undefined || last >= expected.seq)) check.add(cutOff(last, seq));
  for (const fault of [...(await unchainedRecords(db)), ...(await alteredHolds(db))]) check.add(fault);
  return check.finish();
}

const noHead: ChainFault = {
  kind: 'removed',
  seq: null,
  subject: null,
  message: 'What the store notes as the end of the chain was removed: whether entries were cut off is not known.',
};

function cutOff(last: number, seq: number): ChainFault {
  const message = `The chain ends at place ${String(last)}; the store notes that it has had ${String(seq)} entries.`;
  return { kind: 'removed', seq, subject: null, message };
}

/** A whole entry at the place of the head that is not the one; one whose hash is wrong is told by the check. */
function isAnotherThan(head: ChainHead, entry: ChainEntry): boolean {
  return entry.seq === head.seq && entry.hash !== head.hash && entryHash(entry.previousHash, entry) === entry.hash;
}

function notTheHead({ seq, kind, subject }: ChainEntry): ChainFault {
  const message = `Entry ${String(seq)} (${kind} ${subject}) is not the one that the store notes as the end of the chain.`;
  return { kind: 'changed', seq, subject, message };
}

/**
 * The chain in order, some entries at a time, each with what its record is now. A span of time is one of the chain, without a gap: from
 * the first entry recorded in it to the last. Several writers, and clocks that are set back, record a few of other times in between.
 */
export async function* trail(
  db: Db,
  span: { readonly from?: Instant; readonly to?: Instant },
  signal?: AbortSignal,
): AsyncGenerator<readonly CheckedEntry[]> {
  const places = await placesOf(db, span);
  if (places === undefined) return;
  for (let after = places.first - 1; ;) {
    const rows = await db
      .selectFrom('audit_chain')
      .selectAll()
      .where('seq', '>', after)
      .$if(places.last !== undefined, (query) => query.where('seq', '<=', places.last ?? 0))
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

/** First and last place of a span of time; `undefined` where nothing was recorded in it. Without an end what is written meanwhile counts too. */
async function placesOf(
  db: Db,
  { from, to }: { readonly from?: Instant; readonly to?: Instant },
): Promise<{ readonly first: number; readonly last?: number } | undefined> {
  if (from === undefined && to === undefined) return { first: 1 };
  const { first, last } = await db
    .selectFrom('audit_chain')
    .select((eb) => [eb.fn.min<number | null>('seq').as('first'), eb.fn.max<number | null>('seq').as('last')])
    .$if(from !== undefined, (query) => query.where('recorded_at', '>=', from ?? ''))
    .$if(to !== undefined, (query) => query.where('recorded_at', '<', to ?? ''))
    .executeTakeFirstOrThrow();
  if (first === null || last === null) return undefined;
  return { first: from === undefined ? 1 : first, ...(to === undefined ? {} : { last }) };
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
  // A run that went on after its end has a later entry, which is the one that its record must agree with. A record that stands before its
  // own entry, or says that it has none, is not what was written last.
  return run.place !== null && run.place > row.seq ? { kind: 'superseded' } : run.content;
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
