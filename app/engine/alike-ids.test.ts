/** Ids that databases write in different ways: they are different clients, and the answer says so where that decides. */
import { describe, expect, it } from 'vitest';
import type { ConfiguredRule } from '../model/rule.ts';
import { samplePlan } from '../testing/builders.ts';
import { eventRows } from '../testing/engine-harness.ts';
import { changeSources, email, engineForTests, password, phone, token } from '../testing/engine-scene.ts';
import { configuredRule, plannedRule } from '../testing/sample-rule.ts';

const engine = engineForTests();
const time = '2026-11-20 10:00:00';

const detections = ['password', 'email']
  .map(
    (type) =>
      `---\ntitle: ${type}\nname: ${type}_change\nlogsource: { category: ${type} }\ndetection: { s: { user_id|exists: true }, condition: s }\n`,
  )
  .join('');
const counting = (correlation: string): ConfiguredRule =>
  configuredRule(
    `title: Tried\nname: tried\ncorrelation: { ${correlation}, rules: [password_change, email_change], timespan: 24h }\n${detections}`,
  );

/** How many alike clients the run tells of, where each source has these ids. */
async function alikeIn(ids: Readonly<Record<string, readonly string[]>>, rule?: ConfiguredRule, missing: readonly string[] = []) {
  const run = await engine.openRun(rule === undefined ? {} : { rule: plannedRule(rule, samplePlan().sources) });
  for (const source of changeSources)
    if (!missing.includes(source)) await run.attach(source, eventRows((ids[source] ?? []).map((id) => [id, time] as const)));
  const { confirmed, rule: told } = await run.evaluate(missing);
  return { confirmed, alike: told?.alike };
}

const everywhere = (...ids: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(changeSources.map((source) => [source, ids]));

describe('clients whose ids are not written alike', () => {
  it.each([
    ['blanks at its ends', 'ab12', 'ab12   '],
    ['a blank that does not break', 'ab12', '\u00a0ab12'],
    ['case', 'AB12', 'ab12'],
    ['leading zeros', '1234', '0001234'],
    ['nothing but zeros', '0', '000'],
  ])('are told of where one source writes the id with %s and that alone keeps the rule from holding', async (_what, id, other) => {
    const ids = { ...everywhere(id, 'somebody'), [token]: [other] };
    expect(await alikeIn(ids)).toEqual({ confirmed: 0, alike: 1 });
  });

  it('are not told of where one of them is confirmed as it is, where together they lack a change, or where ids differ in more', async () => {
    expect(await alikeIn({ ...everywhere('ab'), [token]: ['ab', 'AB'] })).toEqual({ confirmed: 1, alike: 0 });
    expect(await alikeIn({ [password]: ['ab'], [email]: ['AB'], [phone]: ['ab '] })).toEqual({ confirmed: 0, alike: 0 });
    expect(await alikeIn({ ...everywhere('a1'), [token]: ['a01', 'a 1', '1', 'á1'] })).toEqual({ confirmed: 0, alike: 0 });
    expect(await alikeIn({ ...everywhere('-5'), [token]: ['5', '+5', '-05'] })).toEqual({ confirmed: 0, alike: 0 });
  });

  it('are told of once, however many spellings there are, and for what sources are there', async () => {
    const spellings = { [password]: ['ab'], [email]: ['AB'], [phone]: ['Ab'], [token]: ['aB'] };
    expect(await alikeIn(spellings)).toEqual({ confirmed: 0, alike: 1 });
    expect(await alikeIn(spellings, undefined, [token])).toEqual({ confirmed: 0, alike: 0 });
  });

  it('are told of by other rules about clients, in a hunt too, and not by rules that more events may undo or that group by more', async () => {
    const ids = { [password]: ['ab'], [email]: ['AB'] };
    const byClient = 'group-by: [user_id]';
    const alike = async (correlation: string): Promise<number | undefined> => (await alikeIn(ids, counting(correlation))).alike;
    expect(await alike(`type: event_count, ${byClient}, condition: { gte: 2 }`)).toBe(1);
    expect(await alike(`type: temporal_ordered, ${byClient}`)).toBe(1);
    expect(await alike(`type: event_count, ${byClient}, condition: { gte: 2, lt: 9 }`)).toBe(0);
    expect(await alike('type: event_count, group-by: [user_id, note], condition: { gte: 2 }')).toBe(0);
    const window = { from: '2026-11-01T00:00:00.000000Z', to: '2026-11-21T00:00:00.000000Z' };
    const hunt = await engine.openRun({ window, range: window });
    for (const source of changeSources) await hunt.attach(source, eventRows([[source === token ? 'AB' : 'ab', time]]));
    expect((await hunt.evaluate()).rule?.alike).toBe(1);
  });
});
