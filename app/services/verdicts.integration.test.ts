import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../base/clock.ts';
import type { MethodInput } from '../contract/methods.ts';
import type { Cell, Page } from '../model/table.ts';
import type { ChangeKind, VerdictComparison } from '../model/verdict-history.ts';
import { startFaultProxy } from '../testing/fault-proxy.ts';
import { startPostgres } from '../testing/postgres-server.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

let folder: string;
let test: TestApp | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-verdicts-'));
});
afterEach(async () => {
  await test?.close();
  test = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** A database whose rows are what a file says at the moment. */
const reading = (type: string): TestDatabase => ({
  name: `db_${type}`,
  driver: 'duckdb',
  queries: [
    {
      name: type,
      changeType: type,
      sql: `SELECT user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date FROM read_csv('${join(folder, `${type}.csv`)}', header = true, columns = {'user_id': 'VARCHAR'})`,
    },
  ],
});
const types = ['password', 'email', 'phone', 'token'];
const say = async (clients: readonly string[]): Promise<void> => {
  for (const type of types) await writeFile(join(folder, `${type}.csv`), ['user_id', ...clients, ''].join('\n'));
};

it('says after a run what has changed since the last one, in texts and files too, and never that somebody is gone while a source is missing', async () => {
  test = await startTestApp(types.map(reading));
  const { app } = test;
  await say(['1', '2', '3']);
  const first = await test.run();
  expect(await app.handlers['verdicts.changes']({ runId: first.plan.runId })).toEqual({ kind: 'first' });

  await say(['2', '3', '4']);
  const second = await test.run();
  const { runId } = second.plan;
  expect(await app.handlers['verdicts.changes']({ runId })).toMatchObject({
    kind: 'compared',
    changes: {
      previous: { runId: first.plan.runId, missing: 0 },
      counts: { new: 1, gone: 1, still: 2, unknown: 0 },
      clients: { new: ['4'], gone: ['1'] },
    },
  });
  const note = app.reports.note(runId).text;
  expect(note).toContain('Changes: 1 new, 1 gone, 2 still listed since ');
  expect(note).toContain(`run ${first.plan.runId}`);
  expect(app.reports.mailDraft(runId).body).toContain('Changes: gone: 1');

  await rm(join(folder, 'token.csv'));
  const third = await test.run();
  const comparison = await app.handlers['verdicts.changes']({ runId: third.plan.runId });
  expect(comparison).toMatchObject({ changes: { previous: { runId }, counts: { new: 0, gone: 0, still: 0, unknown: 3 } } });
  expect(app.reports.note(third.plan.runId).text).toContain('3 not known any more (sources are missing)');

  const verdicts = await app.handlers['verdicts.ofClient']({ client: '4', limit: 10 });
  expect(verdicts.map(({ run, verdict }) => [run.runId, verdict])).toEqual([
    [third.plan.runId, 'undetermined'],
    [runId, 'confirmed'],
  ]);
});

it('holds in memory only what was found of runs that are still open; that of others is asked for', async () => {
  test = await startTestApp([reading('email')]);
  const { app } = test;
  await say(['1']);
  const ids: string[] = [];
  // Ten stay open; each start lets go of what the one before has closed.
  for (let number = 1; number <= 12; number += 1) {
    const { plan } = await test.run();
    await app.verdicts.settled(plan.runId);
    ids.push(plan.runId);
  }
  const [first = '', second = ''] = ids;
  expect(app.runs.has(first)).toBe(false);
  expect(app.verdicts.known(first)).toBeUndefined();
  expect(app.verdicts.known(ids.at(-1) ?? '')).toMatchObject({ kind: 'compared' });
  expect(await app.handlers['verdicts.changes']({ runId: second })).toMatchObject({ changes: { previous: { runId: first } } });
});

it('never compares a hunt with an analysis, nor a hunt with one over a longer range', async () => {
  test = await startTestApp(types.map(reading));
  const { app } = test;
  await say(['1']);
  const lastEvent = '2026-11-20T14:00:00Z';
  const comparisonOf = async (from?: string): Promise<{ readonly runId: string; readonly comparison: VerdictComparison }> => {
    const { plan } = await test!.run({ lastEvent, ...(from === undefined ? {} : { from }) });
    return { runId: plan.runId, comparison: await app.handlers['verdicts.changes']({ runId: plan.runId }) };
  };
  const hunt = await comparisonOf('2026-11-18T14:00:00Z');
  const analysis = await comparisonOf();
  expect([hunt.comparison, analysis.comparison]).toEqual([{ kind: 'first' }, { kind: 'first' }]);
  expect((await comparisonOf('2026-11-17T14:00:00Z')).comparison).toEqual({ kind: 'first' });
  expect((await comparisonOf('2026-11-18T14:00:00Z')).comparison).toMatchObject({ changes: { previous: { runId: hunt.runId } } });
  expect((await comparisonOf()).comparison).toMatchObject({ changes: { previous: { runId: analysis.runId } } });
  await app.history.recorded();
  const recorded = await app.handlers['history.comparison']({ runId: analysis.runId });
  expect(recorded.previous).toBeNull();
});

it('never compares a run over the sample databases with one over real ones of the same names', async () => {
  test = await startTestApp(types.map(reading));
  const { app, folder: at } = test;
  await say(['1']);
  const file = join(at, 'databases.yaml');
  const real = await readFile(file, 'utf8');
  await writeFile(file, `sample: true\n${real}`);
  await app.config.reload();
  const sample = await test.run();
  expect(sample.plan.sampleData).toBe(true);
  await writeFile(file, real);
  await app.config.reload();
  const { plan } = await test.run();
  expect(await app.handlers['verdicts.changes']({ runId: plan.runId })).toEqual({ kind: 'first' });
  await app.history.recorded();
  expect((await app.handlers['history.comparison']({ runId: plan.runId })).previous).toBeNull();
});

type PageOptions = Partial<Omit<MethodInput<'result.page'>['request'], 'table'>>;

describe('the tables of what has changed', () => {
  const page = async (runId: string, change: ChangeKind, more: PageOptions = {}) =>
    test!.app.handlers['result.page']({
      runId,
      request: { table: { kind: 'change', change }, offset: 0, limit: 10, filters: [], ...more },
    });
  const cellsOf = ({ columns, rows }: Page, ...names: readonly string[]): readonly (readonly Cell[])[] =>
    rows.map((row) => names.map((name) => row[columns.findIndex((column) => column.name === name)] ?? null));

  it('list new and still confirmed clients as rows of the report, and those that are gone with why', async () => {
    test = await startTestApp(types.map(reading));
    await say(['1', '2', '3', '5']);
    const first = await test.run();
    await expect(page(first.plan.runId, 'new')).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    await say(['2', '3', '4']);
    await writeFile(join(folder, 'password.csv'), 'user_id\n1\n2\n3\n4\n');
    const { plan } = await test.run();

    const fresh = await page(plan.runId, 'new');
    expect([cellsOf(fresh, 'user_id', 'verdict'), fresh.matching, fresh.total]).toEqual([[['4', 'confirmed']], 1, 3]);
    expect(cellsOf(await page(plan.runId, 'still', { sort: { column: 'user_id', descending: true } }), 'user_id')).toEqual([['3'], ['2']]);
    const gone = await page(plan.runId, 'gone');
    expect(cellsOf(gone, 'user_id', 'earlier_verdict', 'verdict', 'why', 'earlier_run')).toEqual([
      ['1', 'confirmed', 'not found', 'It lacks email, phone, token.', first.plan.runId],
      ['5', 'confirmed', 'not found', 'None of the changes lies in the window any more.', first.plan.runId],
    ]);
    const filtered = await page(plan.runId, 'gone', { filters: [{ column: 'why', contains: 'LACKS' }] });
    expect([filtered.matching, filtered.total]).toEqual([1, 2]);
  });

  it('say how far before the window a change lies that was in the one before', async () => {
    test = await startTestApp(types.map(reading));
    await say(['1']);
    await test.run();
    const { plan } = await test.run({ lastEvent: '2026-11-21T13:30:00Z' });
    expect(cellsOf(await page(plan.runId, 'gone'), 'user_id', 'why')).toEqual([['1', 'A change it needs lies 0.5 h before the window.']]);
  });

  it('call nobody gone while a source is missing: it is not known, and the source is named', async () => {
    test = await startTestApp(types.map(reading));
    await say(['1', '2']);
    await test.run();
    await say(['1']);
    await rm(join(folder, 'token.csv'));
    const { plan } = await test.run();
    expect((await page(plan.runId, 'gone')).total).toBe(0);
    expect(cellsOf(await page(plan.runId, 'unknown'), 'user_id', 'verdict', 'why', 'missing_sources')).toEqual([
      ['1', 'undetermined', 'A source is missing that may hold what it lacks.', 'db_token/token'],
      ['2', 'not known', 'A source is missing: what it has done is not known.', 'db_token/token'],
    ]);
  });

  it('are exported with the filter named in the file', async () => {
    test = await startTestApp(types.map(reading));
    await say(['1', '2']);
    await test.run();
    await say(['2', '3']);
    const { plan } = await test.run();
    const write = (change: ChangeKind, format: 'csv' | 'json') =>
      test!.app.handlers['report.export']({ runId: plan.runId, table: { kind: 'change', change }, filters: [], format });
    const fresh = await write('new', 'csv');
    expect(fresh).toMatchObject({ rows: 1, path: expect.stringContaining('_new_clients.csv') as string });
    expect(await readFile(fresh.path, 'utf8')).toMatch(/\r\n3,/);
    const metadata = JSON.parse(await readFile(fresh.metadataPath ?? '', 'utf8')) as { table: { only: string } };
    expect(metadata.table.only).toMatch(/^only clients that are new since 20.* \(run .*\)$/);
    const gone = JSON.parse(await readFile((await write('gone', 'json')).path, 'utf8')) as {
      table: { only: string; name: string };
      rows: readonly (readonly Cell[])[];
    };
    expect(gone.table).toMatchObject({ name: 'gone', only: expect.stringContaining('and are not any more') as string });
    expect(gone.rows.map(([client]) => client)).toEqual(['1']);
  });
});

it('a history whose server hangs in the middle holds up neither the end of a run nor that of the program', async () => {
  const server = await startPostgres();
  await server.sql('CREATE DATABASE team');
  const { host, port, user, password } = server.admin;
  const proxy = await startFaultProxy({ host, port });
  const url = `postgres://${user}@${proxy.host}:${String(proxy.port)}/team`;
  // A store that has been silent for 20 s counts as hanging; here that is soon.
  const clock: Clock = { ...systemClock, setTimer: (ms, call) => systemClock.setTimer(ms === 20_000 ? 500 : ms, call) };
  test = await startTestApp(
    types.map(reading),
    { query: { retries: 0 }, history: { url, password_env: 'TEAM' } },
    { environment: { TEAM: password }, clock },
  );
  await say(['1']);
  const first = await test.run();
  await test.app.verdicts.settled(first.plan.runId);
  expect(test.app.verdicts.known(first.plan.runId)).toEqual({ kind: 'first' });
  proxy.set('down', { blackHole: true });
  proxy.set('up', { blackHole: true });
  const second = await test.run();
  expect(second.outcome).toBe('succeeded');
  await test.app.verdicts.settled(second.plan.runId);
  // Nothing is known of what has changed, which is not that nothing has.
  expect(test.app.verdicts.known(second.plan.runId)).toBeUndefined();
  await test.close();
  test = undefined;
  await proxy.close();
  await server.stop();
});
