import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { executionEvent, sampleExecution } from '../testing/history-events.ts';
import { scriptedExecutions } from '../testing/history-script.ts';
import { migrationsDirectory, openTestStore, postgresStores, sqliteStores, tell } from '../testing/history-store.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres-server.ts';
import { anomalies } from './anomalies.ts';
import { verifyChain } from './audit-trail.ts';
import { errorPatterns } from './error-patterns.ts';
import { executionPage } from './executions.ts';
import { type History, openHistory } from './history.ts';
import { retain } from './retention.ts';
import { dailySeries } from './series.ts';
import { slowestQueries } from './slowest-queries.ts';
import { groupedStatistics, type Grouping, statistics } from './statistics.ts';
import type { Scope } from '../model/history-figures.ts';
import type { Store } from './store.ts';
import { queryTrends } from './trends.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');

describe('the same history in SQLite and in PostgreSQL', () => {
  const makers = [sqliteStores(), postgresStores()];
  let stores: readonly Store[];

  beforeAll(async () => {
    const records = [...scriptedExecutions({ seed: 2026, executions: 3000, endMs: nowMs, days: 90, users: 6, queries: 9 })];
    stores = await Promise.all(makers.map(async (maker) => openTestStore(await maker.newLocation())));
    for (const store of stores) {
      for (let from = 0; from < records.length; from += 500) await tell(store, records.slice(from, from + 500).map(executionEvent), nowMs);
    }
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    for (const maker of makers) await maker.dispose();
  });

  async function bothSay<T>(ask: (store: Store) => Promise<T>): Promise<T> {
    const [sqlite, postgres] = await Promise.all(stores.map(ask));
    expect(postgres).toEqual(sqlite);
    return sqlite as T;
  }

  it('gives the same statistics, whole and divided', async () => {
    const scopes: readonly Scope[] = [
      {},
      { userId: 'X100001' },
      { databaseType: 'oracle' },
      { databaseName: 'database_2', queryName: 'query 2' },
    ];
    for (const days of [1, 7, 45, 90]) {
      for (const scope of scopes) {
        const found = await bothSay(({ db }) => statistics(db, { scope, days, withPercentiles: true }, nowMs));
        expect(found.total).toBeGreaterThan(0);
        for (const groupBy of ['user', 'database', 'databaseType', 'query'] satisfies Grouping[])
          await bothSay(({ db }) => groupedStatistics(db, { scope, days, groupBy, withPercentiles: true }, nowMs));
        await bothSay(({ db }) => dailySeries(db, { scope, days }, nowMs));
      }
    }
  });

  it('gives the same slow queries, errors, trends, anomalies, pages and views', async () => {
    for (const by of ['average', 'maximum', 'total'] as const)
      expect(await bothSay(({ db }) => slowestQueries(db, { scope: {}, days: 60, by, limit: 5 }, nowMs))).toHaveLength(5);
    expect((await bothSay(({ db }) => errorPatterns(db, { scope: {}, days: 60, limit: 50 }, nowMs))).length).toBeGreaterThan(3);
    expect((await bothSay(({ db }) => queryTrends(db, { scope: {}, days: 60 }, nowMs))).length).toBe(9);
    expect(
      (await bothSay(({ db }) => anomalies(db, { days: 20, baselineDays: 56, zone: 'America/New_York' }, nowMs))).length,
    ).toBeGreaterThan(0);
    for (const offset of [0, 2500]) await bothSay(({ db }) => executionPage(db, { status: 'success' }, { limit: 100, offset }));
    const views = ({ db }: Store): Promise<unknown> =>
      db
        .$extendTables<{
          execution_analytics: Record<'day' | 'user_id' | 'database_type' | 'status', string>;
          user_recent_executions: { user_id: string; recency: number };
        }>()
        .selectFrom('execution_analytics')
        .selectAll()
        .orderBy('day')
        .orderBy('user_id')
        .orderBy('database_type')
        .orderBy('status')
        .execute();
    expect(await bothSay(views)).not.toHaveLength(0);
    const recent = ({ db }: Store): Promise<unknown> =>
      db
        .$extendTables<{ user_recent_executions: { user_id: string; recency: number } }>()
        .selectFrom('user_recent_executions')
        .selectAll()
        .where('recency', '<=', 3)
        .orderBy('user_id')
        .orderBy('recency')
        .execute();
    expect(await bothSay(recent)).toHaveLength(18);
  });

  it('makes the same chain and deletes the same', async () => {
    expect(await bothSay(({ db }) => verifyChain(db))).toMatchObject({ isIntact: true, entries: 3000 });
    const policy = { executionDays: { success: 30, timeout: 10 } };
    const deleted = await bothSay((store) => retain(store, { policy, isDryRun: false, by: 'auditor' }, nowMs));
    expect(deleted.executions.success).toBeGreaterThan(100);
    await bothSay(({ db }) => statistics(db, { scope: {}, days: 90, withPercentiles: true }, nowMs));
    for (const store of stores) expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
  });
});

describe('a team history', () => {
  let server: TestPostgres;
  const directory = mkdtempSync(join(tmpdir(), 'cam-team-'));
  beforeAll(async () => {
    server = await startPostgres();
    await server.sql('CREATE DATABASE team');
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  function openTeam(database: string): Promise<History> {
    const { user, password, host, port } = server.admin;
    return openHistory({
      location: {
        kind: 'postgres',
        url: `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${String(port)}/${database}`,
      },
      directory: join(directory, database),
      migrationsDirectory,
      host: 'test',
      clock: systemClock,
      logger: silentLogger,
    });
  }

  it('answers questions with texts that no server takes, and finds by them what was recorded with them', async () => {
    await server.sql('CREATE DATABASE texts');
    const history = await openTeam('texts');
    await history.record(executionEvent(sampleExecution({ executionId: 'odd', userId: 'a\0b', databaseName: 'half \ud800' })));
    await history.recorded();
    const ask = async (userId: string): Promise<number> => (await history.ask('executions', { userId, limit: 10, offset: 0 })).total;
    expect([await ask('a\0b'), await ask('a\0c'), await ask('b')]).toEqual([1, 0, 0]);
    const scope = { userId: 'a\0b', databaseName: 'half \ud800' };
    expect(await history.ask('statistics', { scope, days: 3660, withPercentiles: true })).toMatchObject({ total: 1 });
    expect(await history.ask('run', { runId: '\0' })).toBeNull();
    await history.close();
  });

  it('whose server goes away keeps accepting, tells so, and has everything once when the server is back', async () => {
    const history = await openTeam('team');
    const record = (id: string): Promise<void> => history.record(executionEvent(sampleExecution({ executionId: id })));
    await record('before');
    await history.recorded();
    await server.sql('ALTER DATABASE team ALLOW_CONNECTIONS false');
    await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'team'`);
    for (let number = 0; number < 50; number += 1) void record(`during-${String(number)}`);
    await expect.poll(() => history.state, { timeout: 20_000 }).toMatchObject({ store: 'unavailable', waiting: 50 });
    await server.sql('ALTER DATABASE team ALLOW_CONNECTIONS true');
    await history.recorded();
    expect(history.state).toMatchObject({ store: 'ready', waiting: 0, lost: 0 });
    const page = await history.ask('executions', { limit: 100, offset: 0 });
    expect(new Set(page.executions.map((execution) => execution.executionId)).size).toBe(51);
    expect(page.total).toBe(51);
    expect(await history.ask('verifyChain', {})).toMatchObject({ isIntact: true, entries: 51 });
    await history.close();
  });
});
