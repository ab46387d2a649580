/**
 * Deletes what is old enough: by how it ended and by age, in batches, never while an audit hold is set. What was deleted is
 * itself an entry of the audit chain, so that a check can tell it from what somebody removed.
 */
import { randomBytes } from 'node:crypto';
import type { ExpressionBuilder, Kysely, Transaction } from 'kysely';
import { type Instant, instantFromMs } from '../model/instant.ts';
import { chain, type ChainHead } from './audit-chain.ts';
import { breath } from './breath.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { appendEntries, lockChain } from './chain-store.ts';
import { refuseWhileHeld } from './holds.ts';
import { type ExecutionStatus, executionStatuses } from './records.ts';
import { removeFromRollups } from './rollup-store.ts';
import type { HistorySchema } from './schema.ts';
import type { Store } from './store.ts';
import type { RetentionPolicy, RetentionResult } from '../model/history-audit.ts';

export type { RetentionPolicy, RetentionResult } from '../model/history-audit.ts';

/** What is asked. */
export interface RetentionRequest {
  readonly policy: RetentionPolicy;
  /** Only counts. */
  readonly isDryRun: boolean;
  /** Who asks, for the audit chain. */
  readonly by: string;
}

interface Cutoff {
  readonly status: ExecutionStatus;
  readonly before: Instant;
}

const batchSize = 500;
const dayMs = 86_400_000;

type Trx = Transaction<HistorySchema>;

/** Deletes, or counts. @throws CamError `request.forbidden` while a hold is set (not for a dry run); what was deleted before stays deleted */
export async function retain(store: Store, request: RetentionRequest, nowMs: number, signal?: AbortSignal): Promise<RetentionResult> {
  const cutoffs = executionStatuses.flatMap((status) => {
    const days = request.policy.executionDays[status];
    return days === undefined ? [] : [{ status, before: instantFromMs(nowMs - days * dayMs) }];
  });
  const { runDays } = request.policy;
  const runsBefore = runDays === undefined ? undefined : instantFromMs(nowMs - runDays * dayMs);
  if (request.isDryRun) return countOnly(store.db, cutoffs, runsBefore);
  const batch = { store, by: request.by, id: `retention-${randomBytes(6).toString('hex')}`, now: instantFromMs(nowMs) };
  const executions: Partial<Record<ExecutionStatus, number>> = {};
  for (const { status, before } of cutoffs) {
    let deleted = 0;
    for (;;) {
      const some = await deleteExecutions(batch, status, before);
      if (some === 0) break;
      deleted += some;
      await breath(signal);
    }
    executions[status] = deleted;
  }
  const runIds: string[] = [];
  if (runsBefore !== undefined) {
    for (;;) {
      const some = await deleteRuns(batch, runsBefore);
      if (some.length === 0) break;
      runIds.push(...some);
      await breath(signal);
    }
  }
  return { isDryRun: false, executions, runIds, runCount: runIds.length };
}

interface BatchContext {
  readonly store: Store;
  readonly by: string;
  readonly id: string;
  readonly now: Instant;
}

/** One batch in one transaction; returns how many it deleted. */
async function deleteExecutions(context: BatchContext, status: ExecutionStatus, before: Instant): Promise<number> {
  return context.store.db.transaction().execute(async (trx) => {
    const head = await lockChain(context.store, trx);
    await refuseWhileHeld(trx);
    const rows = await trx
      .selectFrom('query_executions')
      .selectAll()
      .where('status', '=', status)
      .where('started_at', '<', before)
      .where('completed_at', '<', before)
      .orderBy('started_at')
      .orderBy('id')
      .limit(batchSize)
      .execute();
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row.execution_id);
    await trx.deleteFrom('execution_attempts').where('execution_id', 'in', ids).execute();
    await trx.deleteFrom('query_executions').where('execution_id', 'in', ids).execute();
    await removeFromRollups(trx, rows);
    const places = rangesOf(rows.flatMap(({ chain_seq: place }) => (place === null ? [] : [place])));
    await chainDeletion(context, trx, head, { what: `executions ${status}`, before, count: rows.length, places, runs: [] });
    return rows.length;
  });
}

async function deleteRuns(context: BatchContext, before: Instant): Promise<readonly string[]> {
  return context.store.db.transaction().execute(async (trx) => {
    const head = await lockChain(context.store, trx);
    await refuseWhileHeld(trx);
    const rows = await oldRuns(trx, before).select('run_id').orderBy('started_at').limit(batchSize).execute();
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.run_id);
    await trx.deleteFrom('query_runs').where('run_id', 'in', ids).execute();
    await trx.deleteFrom('verdict_runs').where('run_id', 'in', ids).execute();
    await trx.deleteFrom('client_verdicts').where('run_id', 'in', ids).execute();
    await chainDeletion(context, trx, head, { what: 'runs', before, count: ids.length, places: [], runs: ids });
    return ids;
  });
}

function oldRuns(db: Kysely<HistorySchema>, before: Instant) {
  return db
    .selectFrom('query_runs')
    .where('outcome', 'is not', null)
    .where('started_at', '<', before)
    .where('completed_at', '<', before)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('query_executions').select('id').whereRef('query_executions.run_id', '=', 'query_runs.run_id'))),
    );
}

/** What a retention's entry in the chain holds. */
export interface Deletion {
  readonly what: string;
  readonly before: Instant;
  readonly count: number;
  /** Places of the deleted executions, as pairs of first and last. */
  readonly places: readonly (readonly [number, number])[];
  /** Ids of the deleted runs; a run that was resumed has several places. */
  readonly runs: readonly string[];
}

async function chainDeletion(context: BatchContext, trx: Trx, head: ChainHead, deletion: Deletion): Promise<void> {
  const content = canonicalJson({ ...deletion, by: context.by });
  const entries = chain(head, [{ kind: 'retention', subject: context.id, content }], context.now);
  await appendEntries(context.store, trx, entries, new Map(entries.map(({ seq }) => [seq, content])));
}

/** Ascending pairs of first and last of places that follow each other. */
function rangesOf(places: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === place - 1) last[1] = place;
    else ranges.push([place, place]);
  }
  return ranges;
}

async function countOnly(db: Kysely<HistorySchema>, cutoffs: readonly Cutoff[], runsBefore: Instant | undefined): Promise<RetentionResult> {
  const executions: Partial<Record<ExecutionStatus, number>> = {};
  for (const { status, before } of cutoffs) {
    const { count } = await db
      .selectFrom('query_executions')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('status', '=', status)
      .where('started_at', '<', before)
      .where('completed_at', '<', before)
      .executeTakeFirstOrThrow();
    executions[status] = count;
  }
  return { isDryRun: true, executions, runIds: [], runCount: await countRuns(db, cutoffs, runsBefore) };
}

function isBefore(eb: ExpressionBuilder<HistorySchema, 'query_executions'>, { status, before }: Cutoff) {
  return [eb('status', '=', status), eb('query_executions.started_at', '<', before), eb('query_executions.completed_at', '<', before)];
}

/** Runs that would be left without executions. */
async function countRuns(db: Kysely<HistorySchema>, cutoffs: readonly Cutoff[], runsBefore: Instant | undefined): Promise<number> {
  if (runsBefore === undefined) return 0;
  const { count } = await db
    .selectFrom('query_runs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('outcome', 'is not', null)
    .where('started_at', '<', runsBefore)
    .where('completed_at', '<', runsBefore)
    .where((eb) => {
      const kept = eb
        .selectFrom('query_executions')
        .select('id')
        .whereRef('query_executions.run_id', '=', 'query_runs.run_id')
        .where((inner) =>
          inner.or([inner('status', 'is', null), inner.not(inner.or(cutoffs.map((cutoff) => inner.and(isBefore(inner, cutoff)))))]),
        );
      return eb.not(eb.exists(kept));
    })
    .executeTakeFirstOrThrow();
  return count;
}
