import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { abort, type AbortReason } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { type CamError, failure } from '../model/failure.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import type { SpoolFactory } from '../spool/spool.ts';
import { sampleDatabase } from '../testing/builders.ts';
import { createFakeDriver, type FakeDriver } from '../testing/fake-driver.ts';
import { type FakeScriptInput, fakeSql } from '../testing/fake-script.ts';
import { watchLeaks } from '../testing/leak-check.ts';
import { executeInput, fakeDatabase } from '../testing/worker-builders.ts';
import type { ExecuteInput, ExecuteNotice, ExecuteOutput } from './protocol.ts';
import { createDatabaseSession, type DatabaseSession } from './session.ts';

const columns = [
  { name: 'USER_ID', kind: 'integer' as const },
  { name: 'CHANGE_DATE', kind: 'timestamp' as const },
];
const cancel: AbortReason = { kind: 'cancel', by: 'a test' };
const { signal: never } = new AbortController();

let folder: string;
let made = 0;
let driver: FakeDriver;
let session: DatabaseSession;
let checkLeaks: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-session-'));
  checkLeaks = watchLeaks();
});

afterEach(async () => {
  await session.close();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await checkLeaks();
});

function open(
  script: FakeScriptInput = {},
  change: Partial<DatabaseConfig> = {},
  cancelGraceMs = 20_000,
  spools: SpoolFactory = createParquetSpools(),
): void {
  driver = createFakeDriver({ clock: systemClock });
  session = createDatabaseSession(
    { database: fakeDatabase(script, change), oracleClient: { traceLevel: 0 }, clientIdentifier: 'X123456', cancelGraceMs },
    { drivers: () => Promise.resolve(driver), spools, clock: systemClock, logger: silentLogger },
  );
}

/** Spools that tell of every batch before they take it. */
function watchedSpools(onAppend: () => void): SpoolFactory {
  return {
    create: async (...what) => {
      const writer = await createParquetSpools().create(...what);
      const append = writer.append.bind(writer);
      writer.append = (batch) => {
        onAppend();
        return append(batch);
      };
      return writer;
    },
  };
}

function inputOf(sql: string, change: Partial<ExecuteInput> = {}): ExecuteInput {
  return executeInput(sql, join(folder, `source-${String(++made)}`), change);
}

async function run(input: ExecuteInput, signal = never): Promise<ExecuteOutput & { readonly notices: ExecuteNotice[] }> {
  const notices: ExecuteNotice[] = [];
  return { ...(await session.execute(input, (notice) => notices.push(notice), signal)), notices };
}

/** Runs, and aborts as soon as something has happened. */
async function runAborted(input: ExecuteInput, when: () => boolean, reason = cancel): Promise<ExecuteOutput> {
  const controller = new AbortController();
  const output = run(input, controller.signal);
  await until(when);
  abort(controller, reason);
  return output;
}

/** Whether a statement has come to the point where it hangs. */
const isHanging = (): boolean => driver.activity.log.includes('hang 1');
const isFlowing = (): boolean => driver.activity.running > 0;

/** What lies in a source's folder; an attempt that failed leaves nothing. */
async function leftIn(input: ExecuteInput): Promise<string[]> {
  return existsSync(input.spoolDirectory) ? readdir(input.spoolDirectory) : [];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a source that succeeds', () => {
  it('ends completed, with its rows in a committed spool and its roles resolved', async () => {
    open();
    const input = inputOf(fakeSql({ columns, rows: 2500 }));
    const output = await run(input);
    expect(output.outcome).toMatchObject({ kind: 'completed', rows: 2500, nullIds: 0, nullTimes: 0 });
    expect(output.wasTried).toBe(true);
    expect(output.spool).toEqual({
      files: [join(input.spoolDirectory, 'attempt-1', 'part-0.parquet')],
      columns,
      roles: { user: 'USER_ID', time: 'CHANGE_DATE' },
    });
    expect(existsSync(output.spool?.files[0] ?? '')).toBe(true);
    const states = output.notices.flatMap((notice) => (notice.kind === 'state' ? [notice.status] : []));
    expect(states).toEqual(['connecting', 'running']);
    expect(output.notices.filter(({ kind }) => kind === 'progress').length).toBeGreaterThan(0);
  });

  it('has the next rows on their way while the last are written, and never more than one batch of them', async () => {
    const given: number[] = [];
    open(
      {},
      {},
      20_000,
      watchedSpools(() => given.push(driver.activity.batches)),
    );
    const output = await run(inputOf(fakeSql({ columns, rows: 5, batchRows: 1 })));
    expect(output.outcome).toMatchObject({ kind: 'completed', rows: 5 });
    expect(given).toEqual([2, 3, 4, 5, 5]);
  });

  it('without rows is completed too', async () => {
    open();
    const output = await run(inputOf(fakeSql({ columns, rows: 0 })));
    expect(output.outcome).toEqual({ kind: 'completed', rows: 0, bytes: 0, nullIds: 0, nullTimes: 0 });
    expect(output.spool?.files).toEqual([]);
  });

  it('as a raw table needs neither id nor time', async () => {
    open();
    const output = await run(inputOf(fakeSql({ columns: [{ name: 'x', kind: 'text' }], rows: 1 }), { needsRoles: false }));
    expect(output.outcome.kind).toBe('completed');
    expect(output.spool).not.toHaveProperty('roles');
  });

  it('gets its start date and its other binds', async () => {
    open({}, { zone: 'Europe/Berlin' });
    const sql = fakeSql({
      rows: 1,
      columns: [
        { name: 'a', kind: 'timestamp', bind: 'start_date' },
        { name: 'b', kind: 'text', bind: 'region' },
      ],
    });
    const output = await run(inputOf(sql, { needsRoles: false, binds: { region: 'north' }, startDate: '2026-07-01T10:00:00.000000Z' }));
    expect(output.outcome.kind).toBe('completed');
  });

  it('leaves its connection to the next one', async () => {
    open();
    for (let round = 0; round < 5; round++) await run(inputOf(fakeSql({ columns, rows: 1 })));
    expect(driver.activity.opened).toBe(1);
  });

  it('runs beside others, but never more of them than the database allows', async () => {
    open({}, { maxConcurrency: 3 });
    const sql = fakeSql({ columns, rows: 5, execute: { delayMs: 20 } });
    const outputs = await Promise.all(Array.from({ length: 12 }, () => run(inputOf(sql))));
    expect(outputs.map(({ outcome }) => outcome.kind)).toEqual(new Array(12).fill('completed'));
    expect(driver.activity.mostRunning).toBe(3);
    expect(driver.activity.opened).toBe(3);
    expect(outputs[11]?.notices[0]).toMatchObject({ kind: 'state', status: 'waiting' });
  });

  it('does not lose its time limit to waiting for a place', async () => {
    open({}, { maxConcurrency: 1 });
    const slow = run(inputOf(fakeSql({ columns, rows: 1, execute: { delayMs: 3000 } })));
    const quick = run(inputOf(fakeSql({ columns, rows: 1 }), { timeoutMs: 2500 }));
    expect((await slow).outcome.kind).toBe('completed');
    expect((await quick).outcome.kind).toBe('completed');
  });
});

describe('a source that fails', () => {
  it.each([
    ['before its first row', { execute: { then: 'fail' as const, code: 'sql.denied' as const } }, 'sql.denied'],
    [
      'after some rows',
      { rows: 9000, midway: { afterRows: 5000, then: 'fail' as const, code: 'db.snapshot-too-old' as const } },
      'db.snapshot-too-old',
    ],
  ])('%s is told as classified and leaves no rows behind', async (_, what, code) => {
    open();
    const input = inputOf(fakeSql({ columns, ...what }));
    const output = await run(input);
    expect(output).toMatchObject({ outcome: { kind: 'failed', failure: { code } }, wasTried: true });
    expect(output).not.toHaveProperty('spool');
    expect(await leftIn(input)).toEqual([]);
  });

  it('in the fetch that is on its way while its last rows are written keeps none of them', async () => {
    open();
    const midway = { afterRows: 3, then: 'fail' as const, code: 'db.snapshot-too-old' as const };
    const input = inputOf(fakeSql({ columns, rows: 4, batchRows: 3, midway }));
    expect((await run(input)).outcome).toMatchObject({ kind: 'failed', failure: { code: 'db.snapshot-too-old' } });
    expect(await leftIn(input)).toEqual([]);
  });

  it('because its columns cannot be told is found before the first row is fetched', async () => {
    open();
    const input = inputOf(fakeSql({ columns: [{ name: 'id', kind: 'text' }], rows: 5, fetch: { then: 'hang', ignoreAbort: true } }));
    const output = await run(input);
    expect(output.outcome).toMatchObject({ kind: 'failed', failure: { code: 'sql.columns' } });
    expect(await leftIn(input)).toEqual([]);
    expect(driver.activity.running).toBe(0);
  });

  it('because two columns could be the id names them', async () => {
    open();
    const output = await run(inputOf(fakeSql({ columns: [...columns, { name: 'client_id', kind: 'text' }], rows: 1 })));
    expect(output.outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'sql.columns', message: expect.stringContaining('USER_ID, client_id') as string },
    });
  });

  it('because a value cannot be kept names the column, and the statement is closed', async () => {
    open();
    const input = inputOf(fakeSql({ columns: [...columns, { name: 'bad', kind: 'integer', values: [1.5] }], rows: 100_000 }));
    const output = await run(input);
    expect(output.outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'spool.value', message: expect.stringContaining('Column bad') as string },
    });
    expect(driver.activity.running).toBe(0);
    expect(await leftIn(input)).toEqual([]);
    expect((await run(inputOf(fakeSql({ columns, rows: 1 })))).outcome.kind).toBe('completed');
    expect(driver.activity.opened).toBe(1);
  });

  it('because a value cannot be kept does not wait for rows that are slow to come', async () => {
    open();
    const bad = { name: 'bad', kind: 'integer' as const, values: [1.5] };
    const input = inputOf(fakeSql({ columns: [...columns, bad], rows: 10, midway: { afterRows: 5, then: 'hang' } }));
    expect((await run(input)).outcome).toMatchObject({ kind: 'failed', failure: { code: 'spool.value' } });
    expect(await leftIn(input)).toEqual([]);
  });

  it('with a broken line does not leave its connection to the next one', async () => {
    open({}, { maxConcurrency: 1 });
    const output = await run(inputOf(fakeSql({ columns, rows: 100, midway: { afterRows: 5, then: 'fail', code: 'db.connection-lost' } })));
    expect(output.outcome).toMatchObject({ kind: 'failed', failure: { code: 'db.connection-lost' } });
    expect((await run(inputOf(fakeSql({ columns, rows: 1 })))).outcome.kind).toBe('completed');
    expect(driver.activity.log).toEqual(['connect 1', 'query 1', 'close 1 drop', 'connect 2', 'query 2']);
  });

  it('by a mistake in its statement leaves its connection to the next one', async () => {
    open({}, { maxConcurrency: 1 });
    await run(inputOf(fakeSql({ columns, execute: { then: 'fail', code: 'sql.invalid' } })));
    await run(inputOf(fakeSql({ columns, rows: 1 })));
    expect(driver.activity.log).toEqual(['connect 1', 'query 1', 'query 1']);
  });

  it('because the driver cannot be loaded says so', async () => {
    driver = createFakeDriver({ clock: systemClock });
    session = createDatabaseSession(
      { database: fakeDatabase(), oracleClient: { traceLevel: 0 }, clientIdentifier: 'X', cancelGraceMs: 400 },
      {
        drivers: () => Promise.reject(new Error('libclntsh.so: cannot open')),
        spools: createParquetSpools(),
        clock: systemClock,
        logger: silentLogger,
      },
    );
    expect((await run(inputOf(fakeSql({ columns })))).outcome).toMatchObject({ kind: 'failed', failure: { code: 'internal' } });
  });
});

describe('connecting', () => {
  it('that fails is told as classified', async () => {
    open({ connect: { then: 'fail', code: 'db.auth' } });
    expect((await run(inputOf(fakeSql({ columns })))).outcome).toMatchObject({ kind: 'failed', failure: { code: 'db.auth' } });
  });

  it('that takes too long is a database that cannot be reached', async () => {
    open({ connect: { then: 'hang' } }, { connectTimeoutMs: 50 });
    const output = await run(inputOf(fakeSql({ columns })));
    expect(output.outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'db.unreachable', message: expect.stringContaining('within 0.05 s') as string },
    });
    expect(output).not.toHaveProperty('stuck');
  });

  it('that cannot be ended is given up, and the process is said to be of no more use', async () => {
    open({ connect: { then: 'hang', ignoreAbort: true } }, { connectTimeoutMs: 50 }, 400);
    const output = await run(inputOf(fakeSql({ columns })));
    expect(output).toMatchObject({ outcome: { kind: 'failed', failure: { code: 'db.unreachable' } }, stuck: true });
  });

  it('that succeeds after it was given up is undone', async () => {
    open({ connect: { delayMs: 600, ignoreAbort: true } }, { connectTimeoutMs: 50 }, 400);
    expect((await run(inputOf(fakeSql({ columns })))).outcome.kind).toBe('failed');
    await until(() => driver.activity.log.includes('close 1 drop'));
    expect(driver.activity.open).toBe(0);
  });

  it('that succeeds although it was cancelled is undone', async () => {
    open({ connect: { delayMs: 100, ignoreAbort: true } });
    const output = await runAborted(inputOf(fakeSql({ columns })), () => driver.activity.opened === 1);
    expect(output.outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
    await until(() => driver.activity.log.includes('close 1 drop'));
    expect(driver.activity.log).toEqual(['connect 1', 'close 1 drop']);
  });

  it('that is cancelled has not sent the statement', async () => {
    open({ connect: { then: 'hang' } });
    const output = await runAborted(inputOf(fakeSql({ columns })), () => driver.activity.opened === 1);
    expect(output.outcome).toEqual({
      kind: 'cancelled',
      confirmed: true,
      note: 'Cancelled before the statement was sent to the database.',
    });
  });
});

describe('a source that is cancelled', () => {
  it.each([
    ['while it executes', fakeSql({ columns, execute: { then: 'hang' } })],
    ['while it fetches', fakeSql({ columns, rows: 1e9, fetch: { delayMs: 2 } })],
  ])('%s ends cancelled and confirmed, and leaves no rows', async (_, sql) => {
    open();
    const input = inputOf(sql);
    const output = await runAborted(input, isFlowing);
    expect(output.outcome).toEqual({ kind: 'cancelled', confirmed: true, note: 'Cancelled; the database has ended the statement.' });
    expect(await leftIn(input)).toEqual([]);
    await run(inputOf(fakeSql({ columns, rows: 1 })));
    expect(driver.activity.opened).toBe(1);
  });

  it('while it waits for a place never reaches the database', async () => {
    open({}, { maxConcurrency: 1 });
    let hasWaited = false;
    const running = runAborted(inputOf(fakeSql({ columns, execute: { then: 'hang' } })), () => hasWaited);
    const waiting = await runAborted(inputOf(fakeSql({ columns })), isHanging);
    hasWaited = true;
    expect(waiting.outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
    expect(waiting).toMatchObject({ wasTried: true });
    await running;
    expect(driver.activity.log).toEqual(['connect 1', 'query 1', 'hang 1']);
  });

  it('stays cancelled when its result comes nevertheless', async () => {
    open();
    const input = inputOf(fakeSql({ columns, rows: 10, execute: { delayMs: 1000, ignoreAbort: true } }));
    const output = await runAborted(input, isFlowing);
    expect(output.outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
    expect(output).not.toHaveProperty('spool');
    expect(await leftIn(input)).toEqual([]);
  });

  it('stays cancelled when all its rows come nevertheless', async () => {
    open();
    const input = inputOf(fakeSql({ columns, rows: 10, midway: { afterRows: 10, delayMs: 1000, ignoreAbort: true } }));
    expect((await runAborted(input, isFlowing)).outcome).toMatchObject({ kind: 'cancelled' });
    expect(await leftIn(input)).toEqual([]);
  });

  it('while rows come without a pause ends all the same', async () => {
    open();
    const output = await runAborted(inputOf(fakeSql({ columns, rows: 1e9 })), isFlowing);
    expect(output.outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
  });

  it('has its connection cut when it does not obey, and is not confirmed', async () => {
    open({}, {}, 400);
    const input = inputOf(fakeSql({ columns, rows: 10, midway: { afterRows: 5, then: 'hang', ignoreAbort: true } }));
    const output = await runAborted(input, isHanging);
    expect(output.outcome).toMatchObject({
      kind: 'cancelled',
      confirmed: false,
      note: expect.stringContaining('the connection was cut') as string,
    });
    expect(output).not.toHaveProperty('stuck');
    expect(driver.activity.log).toContain('close 1 drop');
    expect(await leftIn(input)).toEqual([]);
  });

  it('is given up when even that does not help', async () => {
    open({}, {}, 400);
    const input = inputOf(fakeSql({ columns, execute: { then: 'hang', ignoreAbort: true, ignoreCut: true } }));
    expect(await runAborted(input, isHanging)).toMatchObject({ outcome: { kind: 'cancelled', confirmed: false }, stuck: true });
    expect(session.busy).toBe(0);
  });

  it('together with seven others ends like all of them', async () => {
    open({}, { maxConcurrency: 8 });
    const hanging = fakeSql({ columns, execute: { then: 'hang' } });
    const flowing = fakeSql({ columns, rows: 1e9, fetch: { delayMs: 1 } });
    const outputs = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        runAborted(inputOf(index % 2 === 0 ? hanging : flowing), () => driver.activity.mostRunning === 8),
      ),
    );
    expect(outputs.map(({ outcome }) => outcome)).toEqual(
      new Array(8).fill({ kind: 'cancelled', confirmed: true, note: 'Cancelled; the database has ended the statement.' }),
    );
    expect(driver.activity.running).toBe(0);
  });
});

describe('a source that runs out of time', () => {
  it('ends as a timeout, not as a cancel or a failure', async () => {
    open();
    const input = inputOf(fakeSql({ columns, rows: 1e9, fetch: { delayMs: 2 } }), { timeoutMs: 100 });
    const output = await run(input);
    expect(output.outcome).toMatchObject({
      kind: 'timeout',
      failure: { code: 'query.timeout', message: 'The query did not end within its limit of 0.1 s.' },
    });
    expect(await leftIn(input)).toEqual([]);
  });

  it('counts connecting, executing and all fetches together', async () => {
    open({ connect: { delayMs: 60 } });
    const sql = fakeSql({ columns, rows: 3000, execute: { delayMs: 60 }, fetch: { delayMs: 60 } });
    expect((await run(inputOf(sql, { timeoutMs: 250 }))).outcome.kind).toBe('timeout');
  });

  it('says so when the database did not confirm the end', async () => {
    open({}, {}, 400);
    const sql = fakeSql({ columns, execute: { then: 'hang', ignoreAbort: true } });
    const output = await run(inputOf(sql, { timeoutMs: 50 }));
    expect(output.outcome).toMatchObject({ kind: 'timeout', failure: { message: expect.stringContaining('did not confirm') as string } });
  });

  it('of the whole run names the deadline of the run', async () => {
    open();
    const reason: AbortReason = { kind: 'timeout', afterMs: 5000, what: 'run' };
    const output = await runAborted(inputOf(fakeSql({ columns, execute: { then: 'hang' } })), isHanging, reason);
    expect(output.outcome).toMatchObject({
      kind: 'timeout',
      failure: { message: 'The run reached its deadline of 5 s.', action: expect.stringContaining('raise scatter_timeout_ms') as string },
    });
  });
});

describe('a check', () => {
  const input = (sql: string) => ({
    source: 'database_1/query',
    sql,
    binds: {},
    lists: [],
    startDate: '2026-01-01T00:00:00.000000Z',
    needsRoles: true,
  });

  it('tells columns and roles without running anything', async () => {
    open();
    expect(await session.check(input(fakeSql({ columns })), never)).toEqual({
      endpoint: 'fake:{}',
      serverVersion: 'Fake 1.0',
      columns,
      roles: { user: 'USER_ID', time: 'CHANGE_DATE' },
    });
    expect(driver.activity.log).toEqual(['connect 1']);
  });

  it('tells what is wrong with the columns, and shows them', async () => {
    open();
    const found = await session.check(input(fakeSql({ columns: [{ name: 'x', kind: 'text' }] })), never);
    expect(found).toMatchObject({ columns: [{ name: 'x' }], failure: { code: 'sql.columns' } });
  });

  it('tells why the database cannot be entered', async () => {
    open({ connect: { then: 'fail', code: 'kerberos.expired' } });
    expect(await session.check(input(fakeSql({ columns })), never)).toMatchObject({ columns: [], failure: { code: 'kerberos.expired' } });
  });

  it('that takes too long says so', async () => {
    const policy = { ...sampleDatabase().policy, checkTimeoutMs: 50 };
    open({ connect: { then: 'hang' } }, { policy });
    const found = await session.check(input(fakeSql({ columns })), never);
    expect(found).toMatchObject({ columns: [], failure: { code: 'query.timeout', message: 'The check did not end within 0.05 s.' } });
  });

  it('that is cancelled is neither right nor wrong', async () => {
    open({ connect: { then: 'hang' } });
    const controller = new AbortController();
    const checking = session.check(input(fakeSql({ columns })), controller.signal);
    abort(controller, cancel);
    await expect(checking).rejects.toMatchObject({ reason: cancel });
  });
});

describe('a ping', () => {
  it('tells how long the answer took, at the endpoint it is about, and how far a standby is behind', async () => {
    open({}, { standbys: [{ kind: 'fake', script: '{"replicationLagMs": 1500}' }] });
    const primary = await session.ping({ endpoint: 0 }, never);
    expect(primary).toEqual({ endpoint: 'fake:{}', latencyMs: expect.any(Number) as number });
    expect(await session.ping({ endpoint: 1 }, never)).toMatchObject({
      latencyMs: expect.any(Number) as number,
      replica: { lagMs: 1_500 },
    });
    expect(await session.ping({ endpoint: 2 }, never).catch((error: unknown) => (error as CamError).failure.code)).toBe('request.invalid');
  });

  it('tells why there is no answer, and ends at its limit and at a cancel', async () => {
    open({ connect: { then: 'fail', code: 'db.busy' } });
    expect(await session.ping({ endpoint: 0 }, never)).toEqual({ endpoint: expect.any(String) as string, failure: failure('db.busy') });
    open({ connect: { then: 'hang' } }, { policy: { ...sampleDatabase().policy, checkTimeoutMs: 50 } });
    expect(await session.ping({ endpoint: 0 }, never)).toMatchObject({
      failure: { code: 'query.timeout', message: 'The ping did not end within 0.05 s.' },
    });
    open({ connect: { then: 'hang' } });
    const controller = new AbortController();
    const pinging = session.ping({ endpoint: 0 }, controller.signal);
    abort(controller, cancel);
    await expect(pinging).rejects.toMatchObject({ reason: cancel });
  });
});

describe('a session that is closed', () => {
  it('ends what runs and what waits, and its connections', async () => {
    open({}, { maxConcurrency: 1 });
    await run(inputOf(fakeSql({ columns, rows: 1 })));
    const running = run(inputOf(fakeSql({ columns, execute: { then: 'hang' } })));
    const waiting = run(inputOf(fakeSql({ columns })));
    await until(() => driver.activity.running === 1);
    await session.close();
    expect((await running).outcome).toMatchObject({
      kind: 'cancelled',
      note: 'Ended because the program was closed; the database has ended the statement.',
    });
    expect((await waiting).outcome).toMatchObject({ kind: 'cancelled', confirmed: true });
    expect(driver.activity.open).toBe(0);
  });
});
