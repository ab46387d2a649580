import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { noCost } from '../model/policy.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import { writeValuesFile } from '../spool/values-file.ts';
import { createFakeDriver, type FakeDriver } from '../testing/fake-driver.ts';
import { type FakeScriptInput, fakeSql } from '../testing/fake-script.ts';
import { watchLeaks } from '../testing/leak-check.ts';
import { executeInput, fakeDatabase } from '../testing/worker-builders.ts';
import type { AttemptBudget, ExecuteInput, ExecuteNotice, ExecuteOutput } from './protocol.ts';
import { createDatabaseSession, type DatabaseSession } from './session.ts';

const { signal: never } = new AbortController();
const columns = [
  { name: 'USER_ID', kind: 'integer' as const },
  { name: 'CHANGE_DATE', kind: 'timestamp' as const },
];

let folder: string;
let made = 0;
let driver: FakeDriver;
let session: DatabaseSession;
let checkLeaks: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-meter-'));
  checkLeaks = watchLeaks();
});
afterEach(() => session.close());
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await checkLeaks();
});

function open(script: FakeScriptInput = {}): void {
  driver = createFakeDriver({ clock: systemClock });
  session = createDatabaseSession(
    { database: fakeDatabase(script), oracleClient: { traceLevel: 0 }, clientIdentifier: 'X123456', cancelGraceMs: 20_000 },
    { drivers: () => Promise.resolve(driver), spools: createParquetSpools(), clock: systemClock, logger: silentLogger },
  );
}

const inputOf = (sql: string, change: Partial<ExecuteInput> = {}): ExecuteInput =>
  executeInput(sql, join(folder, `source-${String(++made)}`), change);

async function run(input: ExecuteInput, onNotice: (notice: ExecuteNotice) => void = () => undefined): Promise<ExecuteOutput> {
  return session.execute(input, onNotice, never);
}

const hard = (limits: AttemptBudget['hard'], spent: Partial<AttemptBudget['spent']> = {}): Pick<ExecuteInput, 'budget'> => ({
  budget: { hard: limits, spent: { ...noCost, ...spent } },
});

async function left(input: ExecuteInput): Promise<string[]> {
  return existsSync(input.spoolDirectory) ? readdir(input.spoolDirectory) : [];
}

describe('the budget of a query', () => {
  it.each([1, 7, 1000])('on rows is kept to the row, in batches of %i: as many are an answer, one more is none', async (batchRows) => {
    open();
    const sql = fakeSql({ columns, rows: 2500, batchRows });
    const enough = await run(inputOf(sql, hard({ rows: 2500 })));
    expect(enough.outcome).toMatchObject({ kind: 'completed', rows: 2500 });
    expect(enough.cost).toMatchObject({ rows: 2500, statements: 1 });
    const input = inputOf(sql, hard({ rows: 2499 }));
    const ended = await run(input);
    expect(ended.outcome).toMatchObject({
      ...{ kind: 'budget', rows: 2499 },
      failure: { code: 'budget.exceeded', message: 'The budget of the query, 2,499 rows, was reached.' },
    });
    expect(ended).not.toHaveProperty('spool');
    expect(await left(input)).toEqual([]);
    expect(driver.activity.running).toBe(0);
  });

  it('counts what earlier attempts have cost', async () => {
    open();
    const output = await run(inputOf(fakeSql({ columns, rows: 10 }), hard({ rows: 100 }, { rows: 95 })));
    expect(output.outcome).toMatchObject({ kind: 'budget', rows: 100 });
    expect(output.cost).toMatchObject({ rows: 5 });
  });

  it('on bytes ends a result that fills the disk', async () => {
    open();
    const wide = [...columns, { name: 'X', kind: 'text' as const, values: ['x'.repeat(2000)] }];
    const input = inputOf(fakeSql({ columns: wide, rows: 1e9 }), hard({ bytes: 100_000 }));
    const { outcome } = await run(input);
    expect(outcome).toMatchObject({ kind: 'budget', failure: { message: expect.stringContaining('100,000 bytes') as string } });
    expect(await left(input)).toEqual([]);
  });

  it('on time ends a statement that works without giving anything, and is no timeout', async () => {
    open();
    const { outcome, cost } = await run(inputOf(fakeSql({ execute: { then: 'hang' } }), hard({ databaseSeconds: 0.1 })));
    expect(outcome).toMatchObject({ kind: 'budget', rows: 0, failure: { code: 'budget.exceeded' } });
    expect(cost?.databaseMs).toBeGreaterThanOrEqual(100);
    expect(driver.activity.running).toBe(0);
  });

  it('says so where the database did not confirm the end', async () => {
    driver = createFakeDriver({ clock: systemClock });
    session = createDatabaseSession(
      { database: fakeDatabase(), oracleClient: { traceLevel: 0 }, clientIdentifier: 'X123456', cancelGraceMs: 100 },
      { drivers: () => Promise.resolve(driver), spools: createParquetSpools(), clock: systemClock, logger: silentLogger },
    );
    const sql = fakeSql({ execute: { then: 'hang', ignoreAbort: true } });
    const { outcome } = await run(inputOf(sql, hard({ databaseSeconds: 0.05 })));
    expect(outcome).toMatchObject({ kind: 'budget', failure: { message: expect.stringContaining('did not confirm') as string } });
  });

  it('is told about while a statement runs without a row', async () => {
    open();
    const notices: ExecuteNotice[] = [];
    await run(inputOf(fakeSql({ execute: { delayMs: 1200 } })), (notice) => notices.push(notice));
    const times = notices.flatMap((notice) => (notice.kind === 'progress' && notice.rows === 0 ? [notice.cost.databaseMs] : []));
    expect(times.length).toBeGreaterThanOrEqual(1);
  });
});

describe('a statement with a long list', () => {
  async function listed(count: number, change: Partial<ExecuteInput> = {}): Promise<ExecuteInput> {
    const file = join(folder, `list-${String(++made)}.jsonl`);
    const values = Array.from({ length: count }, (_, index) => `v${String(index + 1)}`);
    await writeValuesFile(
      file,
      { kind: 'text', count },
      (async function* () {
        yield await Promise.resolve(values);
      })(),
    );
    const shown = [...columns, { name: 'LIST', kind: 'text' as const, bind: 'ids' }];
    return inputOf(fakeSql({ columns: shown, rows: 1 }, '* FROM t WHERE x IN (:ids)'), {
      ...{ lists: { ids: { file, count, hasOwnRows: true } }, chunk: 4, ...change },
    });
  }
  const proceeding =
    (input: ExecuteInput, asked: string[] = []) =>
    (notice: ExecuteNotice): void => {
      if (notice.kind !== 'statement') return;
      asked.push('statement');
      queueMicrotask(() => session.proceed(input));
    };

  it('asks for a permit before every statement but the first, on one connection, into one spool', async () => {
    open();
    const asked: string[] = [];
    const input = await listed(10);
    const output = await run(input, proceeding(input, asked));
    expect(output.outcome).toMatchObject({ kind: 'completed', rows: 3 });
    expect(output.cost).toMatchObject({ statements: 3, rows: 3 });
    expect(asked).toEqual(['statement', 'statement']);
    expect(driver.activity.log).toEqual(['connect 1', 'query 1', 'query 1', 'query 1']);
  });

  it('can be ended while it waits for a permit, and leaves nothing', async () => {
    open();
    const input = await listed(10);
    const controller = new AbortController();
    const output = await session.execute(
      input,
      (notice) => {
        if (notice.kind === 'statement') controller.abort();
      },
      controller.signal,
    );
    expect(output.outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
    expect(await left(input)).toEqual([]);
  });

  it('counts its rows against one budget over all statements', async () => {
    open();
    const input = await listed(10, hard({ rows: 2 }));
    expect((await run(input, proceeding(input))).outcome).toMatchObject({ kind: 'budget', rows: 2 });
  });

  it('fails as a whole where one of its statements does', async () => {
    open();
    const input = await listed(10);
    await rm(input.lists.ids?.file ?? '');
    expect((await run(input)).outcome).toMatchObject({ kind: 'failed', failure: { code: 'disk.error' } });
    expect(await left(input)).toEqual([]);
  });
});

describe('sources of one session', () => {
  it('run on one connection, one after another, while others use connections of their own', async () => {
    open();
    const slow = fakeSql({ columns, rows: 1, execute: { delayMs: 30 } });
    const first = await run(inputOf(slow, { session: 's', source: 'a' }));
    expect(first.outcome.kind).toBe('completed');
    const others = [1, 2].map((number) => run(inputOf(slow, { source: `other ${String(number)}` })));
    const children = ['b', 'c', 'd'].map((source) => run(inputOf(slow, { session: 's', source })));
    for (const { outcome } of await Promise.all([...others, ...children])) expect(outcome.kind).toBe('completed');
    const byConnection = Map.groupBy(
      driver.activity.log.filter((line) => line.startsWith('query')),
      (line) => line,
    );
    expect(byConnection.get('query 1')).toHaveLength(4);
    expect(driver.activity.opened).toBe(3);
  });

  it('go on with another connection where theirs broke, and one that gives up lets the next one come', async () => {
    open();
    const lost = fakeSql({ columns, rows: 10, midway: { afterRows: 3, then: 'fail', code: 'db.connection-lost' } });
    expect((await run(inputOf(lost, { session: 's' }))).outcome).toMatchObject({ kind: 'failed', failure: { code: 'db.connection-lost' } });
    const running = run(inputOf(fakeSql({ columns, rows: 1, execute: { delayMs: 50 } }), { session: 's', source: 'b' }));
    const controller = new AbortController();
    const waiting = session.execute(inputOf(fakeSql({ rows: 1 }), { session: 's', source: 'c' }), () => undefined, controller.signal);
    const last = run(inputOf(fakeSql({ columns, rows: 1 }), { session: 's', source: 'd' }));
    controller.abort();
    expect((await waiting).outcome.kind).toBe('cancelled');
    expect((await running).outcome.kind).toBe('completed');
    expect((await last).outcome.kind).toBe('completed');
    expect(driver.activity.log.filter((line) => line === 'query 2')).toHaveLength(2);
    expect(driver.activity.mostRunning).toBe(1);
  });
});
