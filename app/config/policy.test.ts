import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confidenceOf, unlimitedBudget } from '../model/policy.ts';
import { sampleDatabasePolicy, sampleQueryPolicy } from '../testing/builders.ts';
import { type ConfigurationFiles, createConfigurationFiles } from '../testing/configuration-files.ts';

let files: ConfigurationFiles;

beforeAll(async () => {
  files = await createConfigurationFiles();
  await files.sql('q.sql', 'SELECT 1 AS user_id');
  await files.sql('list.sql', 'SELECT * FROM t WHERE id IN (:ids)');
});

afterAll(() => files.remove());

/** One database with one query, and further keys of each. */
function yaml(database: readonly string[], query: readonly string[] = []) {
  return [
    'databases:',
    '  - name: one',
    '    driver: duckdb',
    '    path: ":memory:"',
    ...database.map((line) => `    ${line}`),
    '    sql_queries:',
    '      - name: Get token changes',
    '        query_location: q.sql',
    ...query.map((line) => `        ${line}`),
  ].join('\n');
}

const settings = [
  'query:',
  '  retries: 5',
  '  retry_delays_ms: [10, 20]',
  '  retry_jitter: 0',
  '  rate_limit: {queries: 7}',
  '  breaker: {open_ms: 9}',
  '  health_check_ms: 60000',
  '  check_timeout_ms: 11',
  '  chunk: 12',
  '  partial_confidence_penalty: 2.5',
  'budget:',
  '  run: {rows: {soft: 1, hard: 2}}',
  '  database: {rows: {soft: 3, hard: 40}, statements: {hard: 5}}',
].join('\n');

describe('how databases and queries are treated', () => {
  it('has the defaults that the program ships', async () => {
    const { databases, settings: read } = await files.loaded(yaml([]));
    expect(databases[0]!.policy).toEqual(sampleDatabasePolicy);
    expect(databases[0]!.queries[0]!.policy).toEqual(sampleQueryPolicy);
    expect(read.policy).toEqual({ partialConfidencePenalty: 1, budget: unlimitedBudget });
  });

  it('is told by the settings, key by key', async () => {
    const { databases, settings: read } = await files.loaded(yaml([]), settings);
    expect(read.policy).toEqual({ partialConfidencePenalty: 2.5, budget: { ...unlimitedBudget, rows: { soft: 1, hard: 2 } } });
    expect(databases[0]!.policy).toEqual({
      rateLimit: { queries: 7, perMs: 60_000 },
      breaker: { threshold: 4, openMs: 9 },
      healthCheckMs: 60_000,
      checkTimeoutMs: 11,
      budget: { ...unlimitedBudget, rows: { soft: 3, hard: 40 }, statements: { hard: 5 } },
    });
    expect(databases[0]!.queries[0]!.policy).toEqual({
      retry: { retries: 5, delaysMs: [10, 20], jitter: 0 },
      chunk: 12,
      budget: unlimitedBudget,
    });
  });

  it('may be told otherwise by a database, which keeps what it does not say', async () => {
    const { databases } = await files.loaded(
      yaml([
        'retries: 0',
        'rate_limit: {per_ms: 1000}',
        'breaker: {failures: 1}',
        'health_check_ms: none',
        'check_timeout_ms: 22',
        'chunk: 23',
        'budget: {rows: {hard: 30}, bytes: {soft: 1000}, statements: {hard: none}}',
      ]),
      settings,
    );
    expect(databases[0]!.policy).toEqual({
      rateLimit: { queries: 7, perMs: 1000 },
      breaker: { threshold: 1, openMs: 9 },
      checkTimeoutMs: 22,
      budget: { ...unlimitedBudget, rows: { soft: 3, hard: 30 }, bytes: { soft: 1000 } },
    });
    expect(databases[0]!.queries[0]!.policy).toMatchObject({ retry: { retries: 0, delaysMs: [10, 20], jitter: 0 }, chunk: 23 });
  });

  it('may be told otherwise by a query; its budget is its own', async () => {
    const { databases } = await files.loaded(
      yaml(
        ['retries: 1', 'timeout_ms: 5'],
        ['retries: 2', 'retry_delays_ms: [1]', 'retry_jitter: 1', 'chunk: 2', 'budget: {database_seconds: {soft: 8, hard: 9}}'],
      ),
      settings,
    );
    expect(databases[0]!.queries[0]).toMatchObject({
      timeoutMs: 5,
      policy: {
        retry: { retries: 2, delaysMs: [1], jitter: 1 },
        chunk: 2,
        budget: { ...unlimitedBudget, databaseSeconds: { soft: 8, hard: 9 } },
      },
    });
  });

  it('never puts more than 1,000 values into one list on Oracle, whatever the chunk', async () => {
    const oracle = yaml([]).replace('driver: duckdb\n    path: ":memory:"', 'host: h\n    port: 1521\n    service_name: S');
    const { databases } = await files.loaded(oracle, 'query: {chunk: 5000}');
    expect(databases[0]!.queries[0]!.policy.chunk).toBe(1000);
    expect((await files.loaded(yaml([]), 'query: {chunk: 5000}')).databases[0]!.queries[0]!.policy.chunk).toBe(5000);
  });

  it('is frozen to its depths', async () => {
    const { databases, settings: read } = await files.loaded(yaml([]), settings);
    for (const value of [read.policy.budget.rows, databases[0]!.policy.rateLimit, databases[0]!.queries[0]!.policy.retry.delaysMs])
      expect(Object.isFrozen(value)).toBe(true);
  });
});

describe('a mistake in it', () => {
  it.each([
    ['retries: -1', '3:12 query.retries: retries is -1. Write a number of at least 0.'],
    ['retries: 21', '3:12 query.retries: retries is 21. Write a number of at most 20.'],
    ['retry_delays_ms: []', '3:20 query.retry_delays_ms: retry_delays_ms is empty.'],
    ['retry_delays_ms: 1000', '3:20 query.retry_delays_ms: retry_delays_ms is 1000 where a list (lines that begin with -) is wanted.'],
    ['retry_jitter: 1.5', '3:17 query.retry_jitter: retry_jitter is 1.5. Write a number of at most 1.'],
    ['rate_limit: 100', '3:15 query.rate_limit: rate_limit is 100 where a section of keys is wanted.'],
    ['rate_limit: {querie: 1}', '3:16 query.rate_limit.querie: The key querie is not known here. Did you mean queries?'],
    ['breaker: {failures: 0}', '3:23 query.breaker.failures: failures is 0. Write a number of at least 1.'],
    [
      'health_check_ms: never',
      '3:20 query.health_check_ms: health_check_ms is not understood. Write whole milliseconds up to 86400000, or none.',
    ],
    ['check_timeout_ms: 0', '3:21 query.check_timeout_ms: check_timeout_ms is 0. Write a number of at least 1.'],
    ['chunk: 10001', '3:10 query.chunk: chunk is 10001. Write a number of at most 10000.'],
    [
      'partial_confidence_penalty: -1',
      '3:31 query.partial_confidence_penalty: partial_confidence_penalty is -1. Write a number of at least 0.',
    ],
    ['partial_confidence: 1', '3:3 query.partial_confidence: The key partial_confidence is not known here.'],
  ])('of the settings is told with its place: %s', async (line, beginning) => {
    const found = await files.problems(yaml([]), `query:\n  max_fanout: 1\n  ${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]!.slice('settings.yaml:'.length, 'settings.yaml:'.length + beginning.length)).toBe(beginning);
  });

  it('in a budget is told with its place', async () => {
    expect(
      await files.problems(
        yaml(['budget: {rows: {hard: 2}}'], ['budget: {row: {hard: 1}, bytes: {soft: 9, hard: 8}, statements: {hart: 1}}']),
        'budget:\n  run: {rows: {soft: 0}}\n  database: {rows: {soft: 3}}\n  query: {}\n',
      ),
    ).toEqual([
      '5:27 databases[0].budget.rows.hard: The soft limit 3 is above the hard limit 2, so it would never warn. Write a soft limit below the hard one, or soft: none.',
      '9:18 databases[0].sql_queries[0].budget.row: The key row is not known here. Did you mean rows?',
      '9:48 databases[0].sql_queries[0].budget.bytes.soft: The soft limit 9 is above the hard limit 8, so it would never warn. Write a soft limit below the hard one, or soft: none.',
      '9:74 databases[0].sql_queries[0].budget.statements.hart: The key hart is not known here. Did you mean hard?',
      'settings.yaml:2:22 budget.run.rows.soft: soft is 0. Write a number of at least 1.',
      'settings.yaml:4:3 budget.query: The key query is not known here. Take it out; the keys here are run, database.',
    ]);
  });

  it('of the place is told as such: what all queries of a database share belongs to the database', async () => {
    expect(await files.problems(yaml([], ['rate_limit: {queries: 1}', 'max_concurrency: 1', 'retires: 1']))).toEqual([
      '8:9 databases[0].sql_queries[0].rate_limit: The key rate_limit belongs to a database, whose queries share it. Write it beside sql_queries, or take it out.',
      '9:9 databases[0].sql_queries[0].max_concurrency: The key max_concurrency belongs to a database, whose queries share it. Write it beside sql_queries, or take it out.',
      '10:9 databases[0].sql_queries[0].retires: The key retires is not known here. Did you mean retries?',
    ]);
  });
});

describe('the confidence of a partial answer', () => {
  it('is base × coverage by default', () => {
    expect(confidenceOf(0.8, 0.5, 1)).toBe(0.4);
    expect(confidenceOf(1, 0.5, 2)).toBe(0.25);
    expect(confidenceOf(1, 0.5, 0)).toBe(1);
    expect(confidenceOf(1, 0, 0)).toBe(0);
  });

  it('is the base where everything has answered, never above it, and grows with the coverage', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, fc.double({ min: 0, max: 10, noNaN: true }), (base, a, b, penalty) => {
        expect(confidenceOf(base, 1, penalty)).toBe(base);
        expect(confidenceOf(base, a, penalty)).toBeLessThanOrEqual(base);
        expect(confidenceOf(base, Math.min(a, b), penalty)).toBeLessThanOrEqual(confidenceOf(base, Math.max(a, b), penalty));
      }),
    );
  });
});
