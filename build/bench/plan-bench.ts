/** What planning a large run costs: it happens in the main process, before anything else. */
import type { DatabaseConfig, DatabaseGroup } from '../../app/model/database.ts';
import type { EndpointHealth } from '../../app/model/health.ts';
import { instantFromMs } from '../../app/model/instant.ts';
import { type PlanContext, planRun } from '../../app/run/plan.ts';
import { sampleConfiguration, sampleDatabase, sampleQuery } from '../../app/testing/builders.ts';
import { type BenchRow, median } from './bench-row.ts';

const databaseCount = 1_000;
const queryCount = 20;
const rounds = 21;

/** 1,000 databases × 20 queries: alone, and in a group with partitions, pipelines, a history and endpoints that are down. */
export function benchPlan(): Promise<BenchRow[]> {
  const plain = databases((index) => sampleQuery({ name: `query ${String(index)}` }));
  const grouped = databases((index, database) =>
    sampleQuery({
      name: `query ${String(index)}`,
      group: 'all',
      bindsFrom:
        index % 2 === 0
          ? {}
          : {
              ids: {
                from: `query ${String(index - 1)}`,
                column: 'user_id',
                distinct: true,
                isFilter: true,
                sources: [`${database}/query ${String(index - 1)}`],
              },
            },
    }),
  );
  const group: DatabaseGroup = {
    name: 'all',
    members: grouped.map(({ name }) => name),
    partitionBy: 'region',
    queries: Array.from({ length: queryCount }, (_, index) => `query ${String(index)}`),
  };
  const health: EndpointHealth[] = grouped
    .filter((_, index) => index % 20 === 0)
    .map(({ name }) => ({ database: name, endpoint: 'fake:', breaker: 'open' }));
  const cost = { durationMs: 1_000, rows: 100, bytes: 1_000, statements: 1 };
  const costs = new Map(grouped.flatMap(({ name, queries }) => queries.map((query) => [`${name}/${query.name}`, cost] as const)));
  return Promise.resolve([
    row('plan of 1,000 databases × 20 queries', () => planMs(plain, [], {}, [])),
    row('the same in a group with partitions, pipelines, history and 5 % of the endpoints down', () =>
      planMs(grouped, [group], { costs, health }, ['eu', 'us']),
    ),
  ]);
}

function row(name: string, measure: () => number): BenchRow {
  const value = median(Array.from({ length: rounds }, measure));
  return { name, value, unit: 'ms', bar: '≤ 50', holds: value <= 50, note: `time of the thread itself, median of ${String(rounds)}` };
}

function planMs(
  all: readonly DatabaseConfig[],
  groups: readonly DatabaseGroup[],
  more: Partial<PlanContext>,
  regions: readonly string[],
): number {
  const configuration = sampleConfiguration('/tmp', all, {}, groups);
  const nowMs = Date.UTC(2026, 10, 20, 14);
  const begin = process.threadCpuUsage();
  const partitions = regions.length === 0 ? {} : { partitions: { region: regions } };
  const plan = planRun(
    configuration,
    { lastEvent: instantFromMs(nowMs), strict: false, ...partitions },
    { runId: 'run', nowMs, user: 'x', ...more },
  );
  const { user, system } = process.threadCpuUsage(begin);
  if (plan.sources.length === 0) throw new Error('the plan is empty');
  return (user + system) / 1000;
}

function databases(queryOf: (index: number, database: string) => DatabaseConfig['queries'][number]): readonly DatabaseConfig[] {
  return Array.from({ length: databaseCount }, (_, number) => {
    const name = `database_${String(number)}`;
    const region = ['eu', 'us', 'apac'][number % 3] ?? 'eu';
    return sampleDatabase({
      name,
      partitions: { region: [region] },
      queries: Array.from({ length: queryCount }, (_query, index) => queryOf(index, name)),
    });
  });
}
