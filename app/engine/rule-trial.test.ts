/** A rule tried on the rows of a run, whatever kind of run it is. */
import { describe, expect, it } from 'vitest';
import type { RuleTrial } from '../model/rule-trial.ts';
import { eventRows, type HarnessRun } from '../testing/engine-harness.ts';
import { changeSources, email, engineForTests, password } from '../testing/engine-scene.ts';
import { configuredRule } from '../testing/sample-rule.ts';

const engine = engineForTests();

/** A rule over password changes, or over the rows that a selection means. */
const rule = (correlation: string, selection = 'user_id|exists: true', more = '') =>
  configuredRule(
    `title: Tried\nname: tried\ncorrelation: { ${correlation} }\n---\ntitle: password\nname: password_change\n` +
      `logsource: { category: password }\ndetection: { s: { ${selection} }, condition: s }\n${more}`,
  );
const once = 'type: event_count, rules: [password_change], group-by: [user_id], timespan: 24h, condition: { gte: 1 }';

async function openWith(rows: Parameters<typeof eventRows>[0], change: Parameters<typeof engine.openRun>[0] = {}): Promise<HarnessRun> {
  const run = await engine.openRun(change);
  for (const source of changeSources) await run.attach(source, eventRows(source === password ? rows : []));
  await run.evaluate();
  return run;
}

const tried = (run: HarnessRun, own: ReturnType<typeof rule>): Promise<RuleTrial> =>
  engine.rpc.call('tryRule', { runId: run.plan.runId, rule: own });

describe('a rule tried on a hunt', () => {
  const range = { from: '2026-11-01T00:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' };
  const busy = Array.from({ length: 30 }, (_, at) => ['busy', `2026-11-10 10:00:${String(at).padStart(2, '0')}`] as const);

  it('names each client once although one has many windows, and counts clients', async () => {
    const run = await openWith([...busy, ['quiet', '2026-11-12 10:00:00']], { window: range, range });
    const { confirmed, undetermined } = await tried(run, rule(once));
    expect(confirmed).toEqual({ count: 2, first: ['busy', 'quiet'] });
    expect(undetermined).toEqual({ count: 0, first: [] });
  });

  it('looks into every window of the length of the run', async () => {
    const events = [
      ['near', '2026-11-10 10:00:00'],
      ['near', '2026-11-11 09:00:00'],
      ['far', '2026-11-10 10:00:00'],
      ['far', '2026-11-11 11:00:00'],
    ] as const;
    const run = await openWith(events, { window: range, range });
    const twice = once.replace('gte: 1', 'gte: 2');
    expect((await tried(run, rule(twice))).confirmed).toEqual({ count: 1, first: ['near'] });
  });

  it('names clients of whom it is not known as undetermined, each once', async () => {
    const run = await engine.openRun({ window: range, range });
    await run.attach(password, eventRows(busy));
    await run.evaluate(changeSources.filter((source) => source !== password));
    const both = rule(
      'type: temporal, rules: [password_change, email_change], group-by: [user_id], timespan: 24h',
      'user_id|exists: true',
      '---\ntitle: email\nname: email_change\nlogsource: { category: email }\ndetection: { s: { user_id|exists: true }, condition: s }\n',
    );
    const trial = await tried(run, both);
    expect(trial.confirmed.count).toBe(0);
    expect(trial.undetermined).toEqual({ count: 1, first: ['busy'] });
    expect(trial.missing.map(({ source }) => source)).toEqual([email]);
  });
});

describe('a rule tried on a run', () => {
  it('calls groups of several fields so that no two are called the same', async () => {
    const run = await openWith([
      ['a · b', '2026-11-20 10:00:00', 'c'],
      ['a', '2026-11-20 10:00:00', 'b · c'],
    ]);
    const { confirmed } = await tried(run, rule(once.replace('[user_id]', '[user_id, note]')));
    expect(confirmed).toEqual({ count: 2, first: ['a · b \\· c', 'a \\· b · c'] });
  });

  it('names columns that rows do not have, in any case: what is misspelt finds nobody, and nobody is not known', async () => {
    const run = await openWith([['a', '2026-11-20 10:00:00', 'x']]);
    const trial = await tried(run, rule(once, 'NOTE: x, ip_adress: "1.2.3.4"'));
    expect(trial).toMatchObject({ confirmed: { count: 0 }, undetermined: { count: 0 }, missing: [] });
    expect(trial.unknownFields).toEqual([{ source: password, fields: ['ip_adress'] }]);
    expect((await tried(run, rule(once, 'note: x'))).unknownFields).toEqual([]);
  });

  it('names a column that it groups or counts by, or that a filter or a comparison looks at', async () => {
    const run = await openWith([['a', '2026-11-20 10:00:00', 'x']]);
    const filter =
      '---\ntitle: f\nlogsource: { category: password }\nfilter: { rules: [password_change], s: { robot: "yes" }, condition: not s }\n';
    const values =
      'type: value_count, rules: [password_change], group-by: [user_id, town], timespan: 24h, condition: { field: device, gte: 1 }';
    const trial = await tried(run, rule(values, 'note|fieldref: other_note', filter));
    expect(trial.unknownFields).toEqual([{ source: password, fields: ['other_note', 'town', 'device', 'robot'] }]);
  });

  it('does not call the columns of a source unknown that was not asked, because its list was empty', async () => {
    const run = await engine.openRun();
    for (const source of changeSources) await run.attach(source, { columns: [], parts: [] });
    await run.evaluate();
    expect((await tried(run, rule(once, 'note: x'))).unknownFields).toEqual([]);
  });
});
