/** What queries usually take: the medians of what they took lately, for planning. */
import type { Kysely } from 'kysely';
import type { JsonObject } from './records.ts';
import { periodOf } from './period.ts';
import { isOfSampleRun } from './sample-runs.ts';
import type { HistorySchema } from './schema.ts';

/** What is asked. */
export interface UsualCostRequest {
  readonly queries: readonly { readonly databaseName: string; readonly queryName: string }[];
  readonly days: number;
  /** Whether the databases are those that come with the program: what these take says nothing about others of the same names. */
  readonly sampleData: boolean;
}

/** What one query usually takes on one database. */
export interface UsualQueryCost {
  readonly databaseName: string;
  readonly queryName: string;
  /** Of how many answers it is the median. */
  readonly n: number;
  readonly durationMs: number;
  readonly rows: number;
  readonly bytes: number;
  readonly statements: number;
}

/** So many of the last answers are looked at: enough for a median, few enough to follow a database that has changed. */
const mostAnswers = 25;

/** The usual costs of those of the queries that have answered in the days. */
export async function usualCosts(db: Kysely<HistorySchema>, request: UsualCostRequest, nowMs: number): Promise<readonly UsualQueryCost[]> {
  const { from } = periodOf(request.days, nowMs);
  const costs: UsualQueryCost[] = [];
  for (const { databaseName, queryName } of request.queries) {
    const rows = await db
      .selectFrom('query_executions')
      .select(['execution_us', 'total_rows', 'response_metadata'])
      .where('database_name', '=', databaseName)
      .where('query_name', '=', queryName)
      .where('status', '=', 'success')
      // An answer that was used again took nothing.
      .where('execution_us', 'is not', null)
      .where((eb) => isOfSampleRun(eb, request.sampleData))
      .where('started_at', '>=', from)
      .orderBy('started_at', 'desc')
      .limit(mostAnswers)
      .execute();
    if (rows.length === 0) continue;
    const answers = rows.map((row) => (row.response_metadata === null ? {} : (JSON.parse(row.response_metadata) as JsonObject)));
    costs.push({
      databaseName,
      queryName,
      n: rows.length,
      durationMs: median(rows.map((row) => (row.execution_us ?? 0) / 1000)),
      rows: median(rows.map((row) => row.total_rows ?? 0)),
      bytes: median(answers.map(({ bytes }) => numberOf(bytes, 0))),
      statements: median(answers.map(({ statements }) => numberOf(statements, 1))),
    });
  }
  return costs;
}

function numberOf(value: JsonObject[string] | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** By nearest rank: always a value that occurred. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}
