/** Queries against their own past. */
import type { Kysely } from 'kysely';
import { added, answered, type DailyRequest, dailyRows, dailySums } from './daily-rows.ts';
import { periodOf } from './period.ts';
import { mannKendallScore, theilSenSlope } from './robust.ts';
import { type SampleAnswer, sampleAnswers } from './sample-runs.ts';
import type { HistorySchema } from './schema.ts';
import type { QueryTrend } from '../model/history-figures.ts';

export type { QueryTrend } from '../model/history-figures.ts';

/** A day of a query, as the trend needs it. */
export interface QueryDay {
  readonly database_name: string;
  readonly query_name: string;
  readonly span: string;
  readonly timed: number;
  readonly sum_us: number;
}

const fewestDays = 8;
/** Of the standard normal distribution: 5 % lie beyond, both sides together. */
const significant = 1.96;

/** Every query of the scope, those that became slower first. */
export async function queryTrends(db: Kysely<HistorySchema>, request: DailyRequest, nowMs: number): Promise<readonly QueryTrend[]> {
  const rows = await dailyRows(db, request, nowMs)
    .select(['database_name', 'query_name', 'span', ...dailySums])
    .where('status', 'in', answered)
    .where('timed', '>', 0)
    .groupBy(['database_name', 'query_name', 'span'])
    .orderBy('database_name')
    .orderBy('query_name')
    .orderBy('span')
    .execute();
  const real = without(rows, await sampleAnswers(db, periodOf(request.days, nowMs).firstDay, request.scope.userId));
  const queries = Map.groupBy(real, (row) => JSON.stringify([row.database_name, row.query_name]));
  return [...queries.values()].flatMap((days) => trendOf(days)).sort((a, b) => b.score - a.score);
}

/** The days without what runs over the program's own sample databases have added to them; none is left of a day with nothing else. */
function without(days: readonly QueryDay[], samples: readonly SampleAnswer[]): readonly QueryDay[] {
  if (samples.length === 0) return days;
  const keyOf = (day: Pick<QueryDay, 'database_name' | 'query_name' | 'span'>): string =>
    JSON.stringify([day.database_name, day.query_name, day.span]);
  const taken = Map.groupBy(samples, keyOf);
  return days.flatMap((day) => {
    const own = taken.get(keyOf(day)) ?? [];
    const timed = day.timed - own.length;
    return timed <= 0 ? [] : [{ ...day, timed, sum_us: day.sum_us - added(own.map((sample) => sample.sum_us)) }];
  });
}

/** The trend of one query's days in order; none where there are none. */
export function trendOf(days: readonly QueryDay[]): readonly QueryTrend[] {
  const [first] = days;
  if (first === undefined) return [];
  const points = days.map((row) => [Date.parse(row.span) / 86_400_000, row.sum_us / row.timed / 1_000_000] as const);
  const slopePerDay = theilSenSlope(points) ?? 0;
  const score = mannKendallScore(points.map(([, average]) => average));
  const direction = directionOf(points.length, slopePerDay, score);
  const name = `${first.query_name} on ${first.database_name}`;
  const count = `${String(points.length)} days`;
  const rate = `${Math.abs(slopePerDay).toPrecision(2)} s a day over ${count} (score ${score.toFixed(1)})`;
  const reasons: Readonly<Record<QueryTrend['direction'], string>> = {
    slower: `${name} takes longer from day to day, by ${rate}.`,
    faster: `${name} takes less time from day to day, by ${rate}.`,
    steady: `${name} varies without a direction over ${count} (score ${score.toFixed(1)}).`,
    unknown: `${name} has answered on ${count} only; a trend needs ${String(fewestDays)}.`,
  };
  return [
    {
      databaseName: first.database_name,
      queryName: first.query_name,
      days: points.length,
      executions: added(days.map((row) => row.timed)),
      slopePerDay,
      score,
      direction,
      reason: reasons[direction],
    },
  ];
}

function directionOf(days: number, slope: number, score: number): QueryTrend['direction'] {
  if (days < fewestDays) return 'unknown';
  if (score > significant && slope > 0) return 'slower';
  return score < -significant && slope < 0 ? 'faster' : 'steady';
}
