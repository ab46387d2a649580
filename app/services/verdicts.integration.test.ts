import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { VerdictComparison } from '../model/verdict-history.ts';
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
