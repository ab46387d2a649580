/** A run whose sources answered and whose rule was not evaluated to its end, because the engine was killed: it is evaluated again. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOfRun, exitCodes } from '../hosts/cli/exit-codes.ts';
import type { RunState } from '../model/run.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import type { EvaluationRequest } from '../schedule/ports.ts';
import { breakEvaluation, brokenRun } from '../testing/broken-run.ts';
import { sampleSchedule } from '../testing/ledger-values.ts';
import { startTestApp, type TestApp, type TestDatabase, testLastEvent } from '../testing/test-app.ts';
import { evaluationOf, IntervalEvaluation } from './interval-evaluation.ts';

let shared: string;
const open: TestApp[] = [];

beforeEach(async () => {
  shared = await mkdtemp(join(tmpdir(), 'cam-shared-'));
});
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
  await rm(shared, { recursive: true, force: true });
});

const change = "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date";
const types = ['password', 'email', 'phone', 'token'] as const;

/** Client 1 has all changes, but those of types that cannot be read. */
function databases(unreadable: readonly string[] = []): TestDatabase[] {
  return types.map((type) => ({
    name: `db_${type}`,
    driver: 'duckdb',
    queries: [{ name: type, changeType: type, sql: unreadable.includes(type) ? 'SELECT * FROM gone' : change }],
  }));
}

async function start(parts: readonly TestDatabase[]): Promise<TestApp> {
  const started = await startTestApp(parts, {
    query: { retries: 0 },
    history: { directory: join(shared, 'history') },
    results: { directory: join(shared, 'results') },
  });
  open.push(started);
  return started;
}

async function stop(test: TestApp): Promise<void> {
  open.splice(open.indexOf(test), 1);
  await test.close();
}

const page = ({ app }: TestApp, runId: string, kind: 'confirmed' | 'undetermined') =>
  Promise.resolve(app.handlers['result.page']({ runId, request: { table: { kind }, offset: 0, limit: 10, filters: [] } }));
const matching = async (test: TestApp, runId: string, kind: 'confirmed' | 'undetermined') => (await page(test, runId, kind)).matching;
const headline = ({ app }: TestApp, runId: string) => app.reports.metadata(runId).headline;

/** The second attempt at the interval that the run was made for. */
function requestFor(test: TestApp, broken: RunState): EvaluationRequest {
  const { plan } = broken;
  const schedule = sampleSchedule({ zone: plan.zone });
  const { result } = evaluationOf(broken, headline(test, plan.runId));
  const interval: LedgerInterval = {
    ...{ schedule: schedule.name, from: plan.window.from, to: plan.lastEvent, dueAt: plan.lastEvent, state: 'running', reason: null },
    ...{
      attempts: 2,
      nextTryAt: null,
      requestedBy: null,
      runId: plan.runId,
      startedAt: plan.lastEvent,
      endedAt: null,
      owner: 'host (1)',
      result,
    },
  };
  return { schedule, interval, windowHours: 24 };
}

async function recorded({ app }: TestApp, runId: string) {
  await app.history.recorded();
  return (await app.history.ask('run', { runId }))?.run;
}

/** The sources of {@link databases}, but that of the tokens reads a file that is not there yet. */
function databasesWithFile(file: string): TestDatabase[] {
  const sql = `SELECT user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date FROM read_csv('${file}', all_varchar = true)`;
  return databases().map((each) => (each.name === 'db_token' ? { ...each, queries: [{ name: 'token', changeType: 'token', sql }] } : each));
}

describe('a run that was merged once, and whose engine died in the evaluation after that', () => {
  it('shows, exports and counts nothing of the earlier merge in the program that ran it; raw rows stay', async () => {
    const file = join(shared, 'token.csv');
    const test = await start(databasesWithFile(file));
    const { app } = test;
    const { runId } = (await test.run()).plan;
    expect([await matching(test, runId, 'confirmed'), await matching(test, runId, 'undetermined')]).toEqual([0, 1]);
    expect((await app.handlers['evidence.client']({ runId, client: '1', limit: 10 })).standing?.verdict).toBe('undetermined');

    await writeFile(file, 'user_id\n1\n');
    expect(await app.runs.resume(runId)).toEqual(['db_token/token']);
    const broken = await breakEvaluation(test, runId);
    expect(broken).toMatchObject({ outcome: 'failed', failure: { code: 'engine.crashed' }, merge: { undetermined: 1 } });

    const path = join(shared, 'report.csv');
    const refused = { failure: { code: 'run.not-evaluated' } };
    for (const kind of ['confirmed', 'undetermined'] as const) {
      await expect(page(test, runId, kind)).rejects.toMatchObject(refused);
      await expect(app.reports.export({ runId, table: { kind }, filters: [], format: 'csv' }, path)).rejects.toMatchObject(refused);
    }
    await expect(app.handlers['result.statistics']({ runId })).rejects.toMatchObject(refused);
    await expect(app.handlers['result.nearMisses']({ runId, atLeast: 3, windowHours: 24 })).rejects.toMatchObject(refused);
    await expect(app.bundles.write({ runId }, join(shared, 'bundle.zip'))).rejects.toMatchObject(refused);
    const gone = { kind: 'change', change: 'gone' } as const;
    const change = { table: gone, offset: 0, limit: 10, filters: [] };
    await expect(app.handlers['result.page']({ runId, request: change })).rejects.toMatchObject(refused);
    expect(existsSync(path)).toBe(false);

    const evidence = await app.handlers['evidence.client']({ runId, client: '1', limit: 10 });
    expect([evidence.standing, evidence.total]).toEqual([undefined, 4]);
    const source = { kind: 'source', source: 'db_token/token' } as const;
    const raw = { table: source, offset: 0, limit: 10, filters: [] };
    expect((await app.handlers['result.page']({ runId, request: raw })).matching).toBe(1);

    await app.runs.evaluate(runId);
    expect(await app.runs.get(runId).ended).toBe('succeeded');
    expect(await matching(test, runId, 'confirmed')).toBe(1);
  });
});

describe('a run whose engine died in the last evaluation', () => {
  it('says that it is not evaluated, shows no table, and is evaluated again without a question to a database', async () => {
    const test = await start(databases());
    const broken = await brokenRun(test);
    const { runId } = broken.plan;
    expect(broken).toMatchObject({ outcome: 'failed', failure: { code: 'engine.crashed' } });
    expect(headline(test, runId)).toContain('the rule was not evaluated to its end');
    expect(exitCodeOfRun(broken, false)).toBe(exitCodes.failed);
    const workers = test.processes.filter(({ entry }) => entry === 'worker').length;

    expect(await test.app.handlers['run.evaluate']({ runId })).toBeNull();
    expect(await test.app.runs.get(runId).ended).toBe('succeeded');
    expect(await matching(test, runId, 'confirmed')).toBe(1);
    expect(headline(test, runId)).toMatch(/^1 client confirmed/);
    expect(test.processes.filter(({ entry }) => entry === 'worker')).toHaveLength(workers);
    await expect(test.app.runs.evaluate(runId)).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
  });

  it('is recorded as one that went on after its end, with what it found then and every source asked once', async () => {
    const test = await start(databases());
    const { runId } = (await brokenRun(test)).plan;
    expect(await recorded(test, runId)).toMatchObject({ outcome: 'failed', resumes: 0, errorCode: 'engine.crashed' });
    await test.app.runs.evaluate(runId);
    await test.app.runs.get(runId).ended;
    expect(await recorded(test, runId)).toMatchObject({ outcome: 'succeeded', resumes: 1, confirmed: 1, errorCode: null });
    const detail = await test.app.history.ask('run', { runId });
    const executions = detail?.executions.map(({ execution }) => execution.executionId).toSorted();
    expect(executions).toEqual(types.map((_, at) => `${runId}:${String(at + 1)}:1`));
    expect(await test.app.history.ask('verifyChain', {})).toMatchObject({ isIntact: true });
  });

  it('is evaluated by a later program from the rows that were kept; until then that one shows nothing of it', async () => {
    const first = await start(databases());
    const { runId } = (await brokenRun(first)).plan;
    await stop(first);

    const second = await start(databases());
    await second.app.handlers['run.open']({ runId });
    expect(headline(second, runId)).toBe('Not evaluated – the rule was not evaluated to its end');
    await expect(page(second, runId, 'confirmed')).rejects.toMatchObject({ failure: { code: 'run.not-evaluated' } });
    await expect(second.app.handlers['result.statistics']({ runId })).rejects.toMatchObject({ failure: { code: 'run.not-evaluated' } });
    const near = { runId, atLeast: 3, windowHours: 24 };
    await expect(second.app.handlers['result.nearMisses'](near)).rejects.toMatchObject({ failure: { code: 'run.not-evaluated' } });
    const path = join(shared, 'report.csv');
    const table = { kind: 'confirmed' } as const;
    await expect(second.app.reports.export({ runId, table, filters: [], format: 'csv' }, path)).rejects.toMatchObject({
      failure: { code: 'run.not-evaluated' },
    });
    expect(existsSync(path)).toBe(false);

    await second.app.runs.evaluate(runId);
    expect(await second.app.runs.get(runId).ended).toBe('succeeded');
    expect(await matching(second, runId, 'confirmed')).toBe(1);
    expect(await recorded(second, runId)).toMatchObject({ outcome: 'succeeded', resumes: 1, confirmed: 1 });
    await stop(second);

    const third = await start(databases());
    expect((await third.app.runs.open(runId)).state.outcome).toBe('succeeded');
    expect(await matching(third, runId, 'confirmed')).toBe(1);
  });

  it('with a source missing is partial once it is evaluated: what is missing leaves its clients undetermined, also when it was kept', async () => {
    const first = await start(databases(['token']));
    const { runId } = (await brokenRun(first)).plan;
    expect(headline(first, runId)).toMatch(/the rule was not evaluated to its end; token source missing/);
    await stop(first);

    const second = await start(databases(['token']));
    await second.app.runs.open(runId);
    await second.app.runs.evaluate(runId);
    expect(await second.app.runs.get(runId).ended).toBe('partial');
    expect([await matching(second, runId, 'confirmed'), await matching(second, runId, 'undetermined')]).toEqual([0, 1]);
  });

  it('is evaluated for the interval of a schedule that it was made for, and no other run is made', async () => {
    const test = await start(databases());
    const broken = await brokenRun(test);
    const { plan } = broken;
    const evaluations = new IntervalEvaluation(test.app.runs, test.app.reports);
    const ran: string[] = [];
    const request = requestFor(test, broken);
    const evaluation = await evaluations.evaluate(request, (runId) => ran.push(runId), new AbortController().signal);
    expect([ran, evaluation.state, evaluation.result?.confirmed]).toEqual([[plan.runId], 'done', 1]);
  });

  it('is waited for where somebody has just had it evaluated again: the schedule asks nothing anew', async () => {
    const test = await start(databases());
    const broken = await brokenRun(test);
    const request = requestFor(test, broken);
    const ran: string[] = [];
    await test.app.runs.evaluate(broken.plan.runId);
    const evaluations = new IntervalEvaluation(test.app.runs, test.app.reports);
    const evaluation = await evaluations.evaluate(request, (runId) => ran.push(runId), new AbortController().signal);
    expect([ran, evaluation.state, evaluation.result?.confirmed]).toEqual([[broken.plan.runId], 'done', 1]);
    expect(test.app.runs.list()).toHaveLength(1);
  });

  it('is not begun again by a program that is closed while it is asked to', async () => {
    const test = await start(databases(['token']));
    const { runId } = (await test.run()).plan;
    const asked = test.app.runs.resume(runId, { isByPerson: false });
    const closing = test.app.runs.close();
    await expect(asked).rejects.toThrow('The program is closed');
    await closing;
    expect(test.app.runs.get(runId).state.status).toBe('ended');
    await expect(test.app.runs.evaluate(runId)).rejects.toThrow('The program is closed');
    await expect(test.app.runs.start({ lastEvent: testLastEvent, strict: false })).rejects.toThrow('The program is closed');
  });

  it('without a single answer has nothing to evaluate, and says so', async () => {
    const test = await start(databases(types));
    const { plan } = await test.run();
    await expect(test.app.runs.evaluate(plan.runId)).rejects.toThrow('over every answer');
    const broken = await brokenRun(test);
    await expect(test.app.runs.evaluate(broken.plan.runId)).rejects.toThrow('No source of this run has answered');
  });
});
