import { describe, expect, it } from 'vitest';
import { eventRows, type HarnessRun } from '../testing/engine-harness.ts';
import { changeSources, engineForTests } from '../testing/engine-scene.ts';

const engine = engineForTests();

async function evaluated(ids: readonly string[]): Promise<HarnessRun> {
  const run = await engine.openRun();
  for (const source of changeSources) {
    await run.attach(source, eventRows(ids.map((id) => [id, '2026-11-20 10:00:00', `note of ${id}`])));
  }
  await run.evaluate();
  return run;
}

const idsOf = async (run: HarnessRun, change: Parameters<HarnessRun['table']>[1] = {}): Promise<readonly unknown[]> =>
  (await run.table('confirmed', change)).map((row) => row.user_id);

describe('a stored report', () => {
  it('has its evidence for whoever reads it next where the first reading was cancelled', async () => {
    const run = await evaluated(Array.from({ length: 20_000 }, (_, place) => String(place)));
    const { runId } = run.plan;
    const request = { table: { kind: 'confirmed' } as const, offset: 0, limit: 3, filters: [] };
    const controller = new AbortController();
    const cancelled = engine.rpc.call('page', { runId, request }, { signal: controller.signal });
    const waiting = engine.rpc.call('page', { runId, request });
    controller.abort({ kind: 'cancel', by: 'test' });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortedError' });
    const { rows, columns, matching } = await waiting;
    const note = columns.findIndex(({ name }) => name === 'token_note');
    expect(rows.map((row) => row[note])).toEqual(['note of 0', 'note of 1', 'note of 2']);
    expect(matching).toBe(20_000);
  });

  it('keeps the evidence of its own rows while the run is evaluated anew', async () => {
    const run = await evaluated(['1', '2']);
    const [source] = changeSources;
    const { runId } = run.plan;
    const request = { table: { kind: 'confirmed' } as const, offset: 0, limit: 10, filters: [] };
    const [before] = await Promise.all([
      engine.rpc.call('page', { runId, request }),
      run.attach(source, eventRows([['1', '2026-11-20 11:00:00', 'later']])).then(() => run.evaluate()),
    ]);
    const note = before.columns.findIndex(({ name }) => name === 'password_note');
    // Either the report before, with both clients, or the one after: never ids of one with notes of the other.
    expect([['note of 1', 'note of 2'], ['later']]).toContainEqual(before.rows.map((row) => row[note]));
    expect(await run.table('confirmed')).toMatchObject([{ user_id: '1', password_note: 'later' }]);
  });

  it('is sorted by the numbers that ids are, and by their texts where two are the same number', async () => {
    const short = ['10', '-9223372036854775808', '9', '9223372036854775807', '0', '-1'];
    const sorted = ['-9223372036854775808', '-1', '0', '9', '10', '9223372036854775807'];
    expect(await idsOf(await evaluated(short))).toEqual(sorted);
    const several = ['7', '007', '+7', '8', '9223372036854775808', '6', '-0', '0'];
    const run = await evaluated(several);
    expect(await idsOf(run)).toEqual(['-0', '0', '6', '+7', '007', '7', '8', '9223372036854775808']);
    expect(await idsOf(run, { sort: { column: 'user_id', descending: true } })).toEqual([
      '9223372036854775808',
      '8',
      '7',
      '007',
      '+7',
      '6',
      '0',
      '-0',
    ]);
  });

  it('is sorted by code point where an id only looks like a number', async () => {
    expect(await idsOf(await evaluated(['10', '9', ' 8', '1e3', '1_0']))).toEqual([' 8', '10', '1_0', '1e3', '9']);
  });
});
