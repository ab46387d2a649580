/** How long a query took before a moment: what a run's own duration is judged by. */
import type { Kysely } from 'kysely';
import { type Instant, instantFromMs, msOfInstant } from '../model/instant.ts';
import { answered } from './daily-rows.ts';
import { nearestRank } from './percentiles.ts';
import { isOfSampleRun } from './sample-runs.ts';
import type { HistorySchema } from './schema.ts';

/** What is asked. */
export interface PastDurationsRequest {
  readonly databaseName: string;
  readonly queryName: string;
  /** Only executions that started before it. */
  readonly before: Instant;
  /** How many times 24 hours before that count. */
  readonly days: number;
  /** Is left out. */
  readonly exceptRun: string;
  /** Whether those over the databases that come with the program are meant, or all others: they say nothing about each other. */
  readonly sampleData: boolean;
}

/** What the past says. */
export interface PastDurations {
  /** Of how many answers; the latest thousand at most. */
  readonly n: number;
  /** Seconds, by nearest rank; `null` where there is no answer. */
  readonly p95: number | null;
}

/** So many of the last answers are looked at: more do not move a 95th percentile, and a database changes. */
const mostAnswers = 1000;
const dayMs = 86_400_000;

/** The 95th percentile of the answers before a moment, timeouts left out. */
export async function pastDurations(db: Kysely<HistorySchema>, request: PastDurationsRequest): Promise<PastDurations> {
  const { databaseName, queryName, before, days, exceptRun, sampleData } = request;
  const rows = await db
    .selectFrom('query_executions')
    .select('execution_us')
    .where('database_name', '=', databaseName)
    .where('query_name', '=', queryName)
    .where('started_at', '>=', instantFromMs(msOfInstant(before) - days * dayMs))
    .where('started_at', '<', before)
    .where('status', 'in', answered)
    .where('execution_us', 'is not', null)
    .where('run_id', '!=', exceptRun)
    .where((eb) => isOfSampleRun(eb, sampleData))
    .orderBy('started_at', 'desc')
    .limit(mostAnswers)
    .execute();
  const sorted = rows.map((row) => row.execution_us ?? 0).toSorted((a, b) => a - b);
  const us = sorted.length === 0 ? undefined : sorted[nearestRank(95, sorted.length) - 1];
  return { n: sorted.length, p95: us === undefined ? null : us / 1_000_000 };
}
