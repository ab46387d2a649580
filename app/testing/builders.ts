/** Values for tests that only care about a part of them. */
import type { Configuration, DatabaseConfig, QueryConfig, Settings } from '../model/database.ts';
import { type DatabasePolicy, type QueryPolicy, unlimitedBudget } from '../model/policy.ts';
import { type PlannedSource, type RunPlan, sourceIdOf } from '../model/plan.ts';
import { changesRule, plannedRule } from './sample-rule.ts';

/** A query's policy as it is by default. */
export const sampleQueryPolicy: QueryPolicy = {
  retry: { retries: 3, delaysMs: [1_000, 5_000, 15_000], jitter: 0.2 },
  budget: unlimitedBudget,
  chunk: 1_000,
};

/** A database's policy as it is by default. */
export const sampleDatabasePolicy: DatabasePolicy = {
  rateLimit: { queries: 100, perMs: 60_000 },
  breaker: { threshold: 4, openMs: 30_000 },
  checkTimeoutMs: 30_000,
  budget: unlimitedBudget,
};

const types = ['password', 'email', 'phone', 'token'] as const;

/** A plan with `count` sources, each on a database of its own, of the four change types in turn. */
export function samplePlan(count = 4, change: Partial<RunPlan> = {}): RunPlan {
  const names = Array.from({ length: count }, (_, index) => `database_${String(index + 1)}`);
  const changeTypes = change.changeTypes ?? [...types];
  const sources =
    change.sources ?? names.map((database, index) => samplePlannedSource({ database, changeType: types[index % types.length] ?? null }));
  return {
    runId: '20261120-140000-abc123',
    createdAt: '2026-11-20T14:00:00.000000Z',
    user: 'X123456',
    lastEvent: '2026-11-20T14:00:00.000000Z',
    window: { from: '2026-11-19T14:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' },
    windowHours: 24,
    startDate: '2026-10-21T14:00:00.000000Z',
    zone: 'UTC',
    strict: false,
    sampleData: false,
    rule: plannedRule(changesRule(changeTypes), sources),
    changeTypes,
    databases: names.map((name) => ({
      name,
      driver: 'fake',
      endpoint: `fake:${name}`,
      zone: 'UTC',
      maxConcurrency: 4,
      connectTimeoutMs: 20_000,
      policy: sampleDatabasePolicy,
    })),
    sources,
    unplanned: [],
    notes: [],
    ...change,
  };
}

/** A source of a plan that waits for nobody. */
export function samplePlannedSource(change: Partial<PlannedSource> = {}): PlannedSource {
  const { database = 'database_1', query = 'query' } = change;
  return {
    id: sourceIdOf(database, query),
    database,
    query,
    changeType: 'email',
    timeoutMs: 300_000,
    strategy: 'single',
    endpoints: [`fake:${database}`],
    policy: sampleQueryPolicy,
    after: [],
    level: 0,
    ...change,
  };
}

/** Settings as they are by default, with folders under `directory`. */
export function sampleSettings(directory: string, change: Partial<Settings> = {}): Settings {
  return {
    oracleClient: { traceLevel: 0 },
    reportOutputDir: `${directory}/reports`,
    logDir: `${directory}/logs`,
    logLevel: 'info',
    emailRecipients: [],
    sid: 'X123456',
    zone: 'UTC',
    windowHours: 24,
    defaultRule: 'changes',
    lookbackDays: 30,
    maxFanout: 16,
    cancelGraceMs: 2000,
    spoolDir: `${directory}/spool`,
    policy: { partialConfidencePenalty: 1, budget: unlimitedBudget },
    history: { directory: `${directory}/history` },
    results: { directory: `${directory}/results`, mostRuns: 20, mostDays: 30, mostBytes: 20_000_000_000 },
    ...change,
  };
}

/** A query on a database. */
export function sampleQuery(change: Partial<QueryConfig> = {}): QueryConfig {
  return {
    name: 'query',
    file: '/queries/query.sql',
    sql: 'SELECT 1',
    bindNames: [],
    changeType: 'email',
    idNormaliser: 'exact',
    binds: {},
    bindsFrom: {},
    sameSession: false,
    timeoutMs: 300_000,
    policy: sampleQueryPolicy,
    ...change,
  };
}

/** A database with the fake driver. */
export function sampleDatabase(change: Partial<DatabaseConfig> = {}): DatabaseConfig {
  return {
    name: 'database_1',
    driver: 'fake',
    endpoint: { kind: 'fake', script: '' },
    standbys: [],
    authentication: { kind: 'none' },
    zone: 'UTC',
    maxConcurrency: 4,
    connectTimeoutMs: 20_000,
    options: {},
    partitions: {},
    policy: sampleDatabasePolicy,
    queries: [sampleQuery()],
    ...change,
  };
}

/** A configuration of these databases. */
export function sampleConfiguration(
  directory: string,
  databases: readonly DatabaseConfig[],
  settings: Partial<Settings> = {},
  groups: Configuration['groups'] = [],
): Configuration {
  return {
    databasesFile: `${directory}/databases.yaml`,
    schedulesFile: '/config/schedules.yaml',
    schedules: [],
    settingsFile: `${directory}/settings.yaml`,
    databases,
    groups,
    rules: { directory: `${directory}/rules`, rules: [changesRule(types)], warnings: [] },
    settings: sampleSettings(directory, settings),
    sampleData: false,
  };
}
