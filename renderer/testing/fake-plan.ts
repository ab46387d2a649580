/** Configurations and plans for a window without a core. All names and values are invented. */
import type { AppInfo, ConfigView, DatabaseSummary } from '../../app/contract/methods.ts';
import type { ConfigProblem, Settings } from '../../app/model/database.ts';
import { addHours, instantFromMs } from '../../app/model/instant.ts';
import { type DatabasePolicy, type QueryPolicy, unlimitedBudget } from '../../app/model/policy.ts';
import { type RunPlan, sourceIdOf } from '../../app/model/plan.ts';
import { allFour, plannedFakeRule, threeOfFour } from './fake-rules.ts';

const databasePolicy: DatabasePolicy = {
  rateLimit: { queries: 100, perMs: 60_000 },
  breaker: { threshold: 4, openMs: 30_000 },
  checkTimeoutMs: 30_000,
  budget: unlimitedBudget,
};
const queryPolicy: QueryPolicy = {
  retry: { retries: 3, delaysMs: [1_000, 5_000, 15_000], jitter: 0.2 },
  budget: unlimitedBudget,
  chunk: 1_000,
};

/** A query of the plan: name, change type, file. */
type FakeQuery = readonly [name: string, changeType: string | null, file: string];

const clientQueries: readonly FakeQuery[] = [
  ['Get all email changes', 'email', '/opt/cam/sql/get_all_email_changes.sql'],
  ['Get phone changes by client ID', 'phone', '/opt/cam/sql/get_phone_changes_by_client_id.sql'],
  ['Get token changes', 'token', '/opt/cam/sql/get_token_changes.sql'],
];
const accountQueries: readonly FakeQuery[] = [['Get all password changes', 'password', '/opt/cam/sql/get_all_password_changes.sql']];

const summary = (name: string, endpoint: string, driver: DatabaseSummary['driver'], queries: readonly FakeQuery[]): DatabaseSummary => ({
  name,
  driver,
  endpoint,
  zone: 'UTC',
  queries: queries.map(([query, changeType, file]) => ({ name: query, changeType, file })),
});

/** The two shipped sample databases. */
export const sampleDatabases: readonly DatabaseSummary[] = [
  summary('client_activity_analysis', '/home/analyst/.local/share/cam/sample/client_activity.duckdb', 'duckdb', clientQueries),
  summary('account_activity_analysis', '/home/analyst/.local/share/cam/sample/account_activity.duckdb', 'duckdb', accountQueries),
];

/** The two databases in their production form. */
export const oracleDatabases: readonly DatabaseSummary[] = [
  summary('client_activity_analysis', 'oracle.client.example.com:6036/CLIENT_AUDIT', 'oracle', clientQueries),
  summary('account_activity_analysis', 'oracle.account.example.com:6036/ACCOUNT_AUDIT', 'oracle', accountQueries),
];

/** Many databases with four queries each, for what must also work with many. */
export function manyDatabases(count: number): readonly DatabaseSummary[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(3, '0');
    return summary(`region_${number}_audit`, `oracle.region${number}.example.com:6036/AUDIT`, 'oracle', [
      ...clientQueries,
      ...accountQueries,
    ]);
  });
}

/** Settings of an analyst in Berlin. */
export const fakeSettings: Settings = {
  oracleClient: { instantClientDir: '/opt/oracle/instantclient_23_5', krb5Conf: '/etc/krb5.conf', traceLevel: 0 },
  reportOutputDir: '/home/analyst/reports',
  logDir: '/home/analyst/.local/state/cam/log',
  logLevel: 'info',
  emailRecipients: ['soc-lead@example.com', 'fraud-desk@example.com'],
  sid: 'AB12345',
  zone: 'Europe/Berlin',
  windowHours: 24,
  defaultRule: 'ato_all_four',
  lookbackDays: 30,
  maxFanout: 8,
  cancelGraceMs: 3_000,
  spoolDir: '/tmp/cam',
  policy: { partialConfidencePenalty: 1, budget: unlimitedBudget },
  history: { directory: '/home/analyst/cam/.cam/history' },
  results: { directory: '/home/analyst/cam/.cam/results', mostRuns: 20, mostDays: 30, mostBytes: 20_000_000_000 },
};

/** A usable configuration of these databases. */
export function configOf(databases: readonly DatabaseSummary[], sampleData: boolean): ConfigView {
  return {
    databasesFile: '/home/analyst/cam/databases.yaml',
    settingsFile: '/home/analyst/cam/config/settings.yaml',
    sampleData,
    databases,
    rules: [allFour, threeOfFour],
    settings: fakeSettings,
    problems: [],
  };
}

/** Mistakes of several kinds. */
export const fakeProblems: readonly ConfigProblem[] = [
  {
    file: '/home/analyst/cam/databases.yaml',
    line: 14,
    column: 7,
    key: 'databases[0].sql_queries[1].query_locaton',
    message: 'The key query_locaton is not known.',
    action: 'Write query_location instead.',
  },
  {
    file: '/home/analyst/cam/databases.yaml',
    line: 22,
    column: 11,
    key: 'databases[1].port',
    message: 'The port must be a number from 1 to 65535; it is "sixty".',
    action: 'Write a number, such as 1521.',
  },
  {
    file: '/home/analyst/cam/sql/get_token_changes.sql',
    line: 3,
    column: 1,
    key: '',
    message: 'The statement is not a single SELECT.',
    action: 'Reduce the SQL file to one SELECT or WITH statement.',
  },
];

/** What the fake program says about itself. */
export function infoOf(host: 'desktop' | 'browser'): AppInfo {
  const isDesktop = host === 'desktop';
  return { version: '0.1.0', host, platform: 'linux', can: { pickFiles: isDesktop, openPaths: isDesktop } };
}

/** What a run of these databases plans to do. */
export function planOf(
  runId: string,
  config: ConfigView,
  input: {
    readonly lastEvent: string;
    readonly rule?: string | undefined;
    readonly windowHours: number;
    readonly strict: boolean;
    readonly caseReference?: string | undefined;
    readonly nowMs: number;
  },
): RunPlan {
  const { databases, sampleData } = config;
  const rule = config.rules.find(({ key }) => key === (input.rule ?? config.settings?.defaultRule)) ?? allFour;
  const asked = databases.flatMap((database) =>
    database.queries.map((query) => ({ id: sourceIdOf(database.name, query.name), changeType: query.changeType })),
  );
  return {
    runId,
    createdAt: instantFromMs(input.nowMs),
    user: config.settings?.sid ?? '',
    lastEvent: input.lastEvent,
    window: { from: addHours(input.lastEvent, -input.windowHours), to: input.lastEvent },
    windowHours: input.windowHours,
    startDate: addHours(input.lastEvent, -720),
    zone: config.settings?.zone ?? 'UTC',
    strict: input.strict,
    ...(input.caseReference === undefined ? {} : { caseReference: input.caseReference }),
    sampleData,
    rule: plannedFakeRule(rule, asked),
    changeTypes: rule.changes?.types ?? [],
    databases: databases.map(({ name, driver, endpoint, zone }) => ({
      name,
      driver,
      endpoint,
      zone,
      maxConcurrency: 3,
      connectTimeoutMs: 20_000,
      policy: databasePolicy,
    })),
    sources: databases.flatMap((database) =>
      database.queries.map((query) => ({
        id: sourceIdOf(database.name, query.name),
        database: database.name,
        query: query.name,
        changeType: query.changeType,
        timeoutMs: 60_000,
        strategy: 'single' as const,
        endpoints: [database.endpoint],
        policy: queryPolicy,
        after: [],
        level: 0,
      })),
    ),
    unplanned: [],
    notes: [],
  };
}
