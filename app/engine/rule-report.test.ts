/** Rules of every kind through the engine: real spools in, report tables out. */
import { describe, expect, it } from 'vitest';
import type { ConfiguredRule } from '../model/rule.ts';
import { groupId } from '../model/group-id.ts';
import type { RunPlan } from '../model/plan.ts';
import type { Cell, Page } from '../model/table.ts';
import { samplePlan } from '../testing/builders.ts';
import { eventRows, type HarnessRun, missingSource } from '../testing/engine-harness.ts';
import { changeSources, email, engineForTests, password, phone, token } from '../testing/engine-scene.ts';
import { changesRule, configuredRule, plannedRule } from '../testing/sample-rule.ts';

const engine = engineForTests();

function planOf(rule: ConfiguredRule, change: Partial<RunPlan> = {}): Partial<RunPlan> {
  return { rule: plannedRule(rule, samplePlan().sources), ...change };
}

const detections = ['password', 'email', 'phone', 'token']
  .map(
    (type) =>
      `---\ntitle: ${type}\nname: ${type}_change\nlogsource: { category: ${type} }\ndetection: { s: { user_id|exists: true }, condition: s }\n`,
  )
  .join('');
const rule = (correlation: string, more = ''): ConfiguredRule =>
  configuredRule(`title: Tried\nname: tried\ncorrelation: { ${correlation} }\n${detections}${more}`);

type Events = Parameters<typeof eventRows>[0];

async function openWith(plan: Partial<RunPlan>, events: Readonly<Record<string, Events>>): Promise<HarnessRun> {
  const run = await engine.openRun(plan);
  for (const source of changeSources) await run.attach(source, eventRows(events[source] ?? []));
  return run;
}

const common = 'group-by: [user_id], timespan: 24h';

describe('the report of a rule', () => {
  it('that counts events has the group, the latest event of each rule, the count, the verdict and the evidence', async () => {
    const plan = planOf(rule(`type: event_count, rules: [password_change, email_change], ${common}, condition: { gte: 3 }`));
    const run = await openWith(plan, {
      [password]: [
        ['a', '2026-11-20 10:00:00', 'first'],
        ['a', '2026-11-20 11:00:00', 'second'],
        ['b', '2026-11-20 11:00:00'],
        [null, '2026-11-20 11:00:00'],
      ],
      [email]: [['a', '2026-11-20 12:00:00.000001', 'mail']],
      [token]: [['a', '2026-11-20 13:00:00']],
    });
    expect(await run.evaluate()).toMatchObject({
      confirmed: 1,
      undetermined: 0,
      clientsInWindow: 2,
      eventsInWindow: 4,
      rule: { skipped: 0, suppressed: [] },
    });
    const [row] = await run.table('confirmed');
    expect(row).toEqual({
      user_id: 'a',
      password_change_time: '2026-11-20T11:00:00.000000Z',
      password_source_db: 'database_1',
      email_change_time: '2026-11-20T12:00:00.000001Z',
      email_source_db: 'database_2',
      events: '3',
      earliest_change: '2026-11-20T11:00:00.000000Z',
      latest_change: '2026-11-20T12:00:00.000001Z',
      change_window_hours: '1.0000000003',
      verdict: 'confirmed',
      missing_sources: null,
      confidence: '1',
      password_note: 'second',
      email_note: 'mail',
    });
    const statistics = await engine.rpc.call('statistics', { runId: run.plan.runId });
    expect(statistics.perType.map(({ changeType, count }) => [changeType, count])).toEqual([
      ['password', 2],
      ['email', 1],
    ]);
  });

  it('sorts by its group, can be filtered, and has no group where there is none', async () => {
    const run = await openWith(
      planOf(rule('type: event_count, rules: [password_change], group-by: [note, user_id], timespan: 24h, condition: { gte: 1 }')),
      {
        [password]: ['10', '9', '1'].map((id) => [id, '2026-11-20 10:00:00', 'x'] as const),
      },
    );
    await run.evaluate();
    expect((await run.table('confirmed')).map(({ note, user_id: id }) => [note, id])).toEqual([
      ['x', '1'],
      ['x', '9'],
      ['x', '10'],
    ]);
    expect(await run.table('confirmed', { filters: [{ column: 'user_id', contains: '1' }] })).toHaveLength(2);
    const all = await openWith(planOf(rule('type: event_count, rules: [password_change], timespan: 24h, condition: { gte: 2 }')), {
      [password]: [
        ['a', '2026-11-20 10:00:00'],
        ['b', '2026-11-20 11:00:00'],
      ],
    });
    expect(await all.evaluate()).toMatchObject({ confirmed: 1, clientsInWindow: 1 });
    expect(await all.table('confirmed')).toMatchObject([{ events: '2', password_change_time: '2026-11-20T11:00:00.000000Z' }]);
    expect((await engine.rpc.call('statistics', { runId: all.plan.runId })).perType).toMatchObject([{ count: 2 }]);
  });

  it('names what decides for an undetermined group first, and what could show more for a confirmed one', async () => {
    const run = await openWith(
      planOf(rule(`type: temporal, ${common}, condition: (password_change or token_change) and not phone_change`)),
      {
        [password]: [['a', '2026-11-20 10:00:00']],
        [token]: [['a', '2026-11-20 10:00:00']],
      },
    );
    expect(await run.evaluate([phone])).toMatchObject({ confirmed: 0, undetermined: 1 });
    expect(await run.table('undetermined')).toMatchObject([{ user_id: 'a', verdict: 'undetermined', missing_sources: phone }]);
    expect(await run.evaluate([token])).toMatchObject({ confirmed: 1, undetermined: 0 });
    expect(await run.table('confirmed')).toMatchObject([{ user_id: 'a', missing_sources: token }]);
  });

  it('takes the rows of a source that answered in part, and leaves what it does not show open', async () => {
    const run = await openWith(planOf(rule(`type: event_count, rules: [password_change], ${common}, condition: { gte: 2 }`)), {
      [password]: [
        ['a', '2026-11-20 10:00:00'],
        ['a', '2026-11-20 11:00:00'],
        ['b', '2026-11-20 11:00:00'],
      ],
    });
    const partial = missingSource(run.plan, password, { reason: 'partial' });
    expect(await engine.rpc.call('evaluate', { runId: run.plan.runId, missing: [partial] })).toMatchObject({
      confirmed: 1,
      undetermined: 1,
    });
  });
});

describe('filters', () => {
  const filter = (expires: string): string =>
    `---\ntitle: Service accounts\nlogsource: { product: client_activity }\ncam_expires: ${expires}\nfilter: { rules: [password_change, email_change], selection: { user_id|startswith: svc_ }, condition: selection }\n`;
  const events = Object.fromEntries(
    [password, email, phone, token].map((source): [string, Events] => [
      source,
      [
        ['svc_batch', '2026-11-20 10:00:00'],
        ['a', '2026-11-20 10:00:00'],
      ],
    ]),
  );
  const all = `type: temporal, rules: [password_change, email_change, phone_change, token_change], ${common}`;

  it('hide what they are for on their last day still, and are counted', async () => {
    const run = await openWith(planOf(rule(all, filter('2026-11-20'))), events);
    expect(await run.evaluate()).toMatchObject({
      confirmed: 1,
      rule: { suppressed: [{ filter: 'Service accounts', events: 2 }], expired: [] },
    });
    expect((await run.table('confirmed')).map(({ user_id: id }) => id)).toEqual(['a']);
  });

  it('hide nothing after it, and are named', async () => {
    const run = await openWith(planOf(rule(all, filter('2026-11-19'))), events);
    expect(await run.evaluate()).toMatchObject({
      confirmed: 2,
      rule: { suppressed: [], expired: [{ filter: 'Service accounts', expires: '2026-11-19' }] },
    });
  });
});

describe('the fast way for whole sources', () => {
  it('says row by row what the general way says', async () => {
    const never =
      '---\ntitle: Never\nlogsource: { product: client_activity }\nfilter: { rules: [password_change, email_change, phone_change, token_change], selection: { user_id: nobody_is_called_so }, condition: selection }\n';
    let state = 42;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * below);
    };
    const rows = (): Events =>
      Array.from({ length: 400 }, (_, at) => [
        next(20) === 0 ? null : String(next(200)),
        `2026-11-${next(2) === 0 ? '19' : '20'} ${String(next(24)).padStart(2, '0')}:00:0${String(next(3))}`,
        `n${String(at)}`,
      ]);
    for (const atLeast of [4, 3, 1]) {
      const events = Object.fromEntries([password, email, phone, token].map((source) => [source, rows()]));
      const general = rule(
        `type: temporal, rules: [password_change, email_change, phone_change, token_change], ${common}, condition: { gte: ${String(atLeast)} }`,
        never,
      );
      const fast = await openWith(planOf(changesRule(['password', 'email', 'phone', 'token'], atLeast)), events);
      const slow = await openWith(planOf(general), events);
      for (const missing of [[], [token], [password, phone], [password, email, phone, token]]) {
        const [a, b] = [await fast.evaluate(missing), await slow.evaluate(missing)];
        expect([a.confirmed, a.undetermined, a.clientsInWindow]).toEqual([b.confirmed, b.undetermined, b.clientsInWindow]);
        for (const table of ['confirmed', 'undetermined'] as const) expect(await fast.table(table)).toEqual(await slow.table(table));
      }
    }
  });
});

describe('a hunt', () => {
  const range = { from: '2026-11-01T00:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' };

  it('tells every window that holds, with its first event and its time', async () => {
    const plan = planOf(changesRule(['password', 'email']), { window: range, range });
    const run = await openWith(plan, {
      [password]: [
        ['a', '2026-11-02 10:00:00'],
        ['a', '2026-11-10 10:00:00'],
        ['b', '2026-11-02 10:00:00'],
      ],
      [email]: [
        ['a', '2026-11-03 10:00:00'],
        ['a', '2026-11-10 11:00:00'],
        ['a', '2026-11-10 12:00:00', 'last'],
        ['b', '2026-11-03 10:00:01'],
      ],
    });
    expect(await run.evaluate()).toMatchObject({ confirmed: 1, undetermined: 0, clientsInWindow: 2, rule: { windows: 3 } });
    const rows = await run.table('confirmed');
    expect(rows.map(({ user_id: id, match_time: at, first_event: first, email_note: note }) => [id, at, first, note])).toEqual([
      ['a', '2026-11-03T10:00:00.000000Z', '2026-11-02T10:00:00.000000Z', null],
      ['a', '2026-11-10T11:00:00.000000Z', '2026-11-10T10:00:00.000000Z', null],
      ['a', '2026-11-10T12:00:00.000000Z', '2026-11-10T10:00:00.000000Z', 'last'],
    ]);
  });

  it('leaves open who may have such a window once a missing source answers', async () => {
    const plan = planOf(changesRule(['password', 'email']), { window: range, range });
    const run = await openWith(plan, { [password]: [['a', '2026-11-02 10:00:00']] });
    expect(await run.evaluate([email])).toMatchObject({ confirmed: 0, undetermined: 1, rule: { windows: 0 } });
    expect(await run.table('undetermined')).toMatchObject([{ user_id: 'a', match_time: null, missing_sources: email }]);
    await expect(engine.rpc.call('nearMisses', { runId: run.plan.runId, atLeast: 1, windowHours: 2 })).rejects.toThrow(
      /A hunt has no near misses/,
    );
  });
});

/** A page as records by column name. */
function recordsOf({ columns, rows }: Page): readonly Readonly<Record<string, Cell>>[] {
  return rows.map((row) => Object.fromEntries(row.map((cell, place) => [columns[place]?.name ?? '', cell])));
}

describe('near misses', () => {
  const at = (hour: number): string =>
    `2026-11-${hour < 0 ? '18' : hour < 24 ? '19' : '20'} ${String((hour + 24) % 24).padStart(2, '0')}:00:00`;
  /** T is 14:00 of the 20th, hour 38; the rule's window begins at hour 14. */
  const events: Readonly<Record<string, Events>> = {
    [password]: [
      ['all', at(20)],
      ['three', at(20)],
      ['wide', at(10)],
      ['two', at(20)],
      ['old', at(2)],
    ],
    [email]: [
      ['all', at(21)],
      ['three', at(21)],
      ['wide', at(21)],
      ['two', at(21)],
      ['old', at(3)],
    ],
    [phone]: [
      ['all', at(22)],
      ['three', at(22)],
      ['wide', at(22)],
      ['old', at(4)],
    ],
    [token]: [
      ['all', at(23)],
      ['wide', at(23)],
    ],
  };
  const shown = (rows: readonly Readonly<Record<string, unknown>>[]): unknown[] =>
    rows.map((row) => [row.user_id, row.changes, row.lacking_changes, row.too_wide_by_hours, row.verdict, row.missing_sources]);

  it('tell what each client lacks, or how much too far apart the changes are; who meets the rule is none', async () => {
    const run = await openWith(planOf(changesRule(['password', 'email', 'phone', 'token'])), events);
    await run.evaluate();
    const near = await engine.rpc.call('nearMisses', { runId: run.plan.runId, atLeast: 3, windowHours: 24 });
    expect(near).toMatchObject({ total: 2, mayMatch: 0, undecided: 0, tooWide: 0, of: 4, reachesBack: true });
    const page = await run.page({ table: { kind: 'near', atLeast: 3, windowHours: 24 } });
    expect(page.columns[0]?.name).toBe('user_id');
    expect(shown(recordsOf(page))).toEqual([
      ['three', '3', 'token', null, 'near miss', null],
      ['wide', '3', 'password', null, 'near miss', null],
    ]);
    const wider = { kind: 'near', atLeast: 4, windowHours: 36 } as const;
    expect(await engine.rpc.call('nearMisses', { runId: run.plan.runId, atLeast: 4, windowHours: 36 })).toMatchObject({
      total: 1,
      tooWide: 1,
    });
    const sorted = await run.page({ table: wider, sort: { column: 'user_id', descending: true } });
    expect(shown(recordsOf(sorted))).toEqual([['wide', '4', '', '4', 'near miss', null]]);
    expect(await engine.rpc.call('nearMisses', { runId: run.plan.runId, atLeast: 3, windowHours: 36 })).toMatchObject({ total: 3 });
  });

  it('say of a client who may in truth meet the rule that it may be a match, and how many are not decided', async () => {
    const run = await openWith(planOf(changesRule(['password', 'email', 'phone', 'token'])), events);
    await run.evaluate([token]);
    const near = await engine.rpc.call('nearMisses', { runId: run.plan.runId, atLeast: 3, windowHours: 24 });
    // "all" is undetermined by the rule; "two" would be a near miss with a token; "wide" lacks the password for good.
    expect(near).toMatchObject({ total: 2, mayMatch: 2, undecided: 2 });
    const page = await run.page({ table: { kind: 'near', atLeast: 3, windowHours: 24 } });
    expect(shown(recordsOf(page))).toEqual([
      ['all', '3', 'token', null, 'may be a match', token],
      ['three', '3', 'token', null, 'may be a match', token],
    ]);
  });

  it('are found for rules that look into rows too, and refused where a rule does not count kinds of change', async () => {
    const looking = rule(
      `type: temporal, rules: [password_change, email_change, noted], ${common}`,
      '---\ntitle: noted\nname: noted\nlogsource: { category: phone }\ndetection: { s: { note: yes please }, condition: s }\n',
    );
    const run = await openWith(planOf(looking), {
      ...events,
      [phone]: [
        ['two', at(22), 'yes please'],
        ['three', at(22), 'no'],
      ],
    });
    await run.evaluate();
    expect(await engine.rpc.call('nearMisses', { runId: run.plan.runId, atLeast: 2, windowHours: 24 })).toMatchObject({
      total: 2,
      lacking: [{ clients: 0 }, { clients: 0 }, { changeType: 'phone', clients: 2 }],
    });
    const counting = await openWith(planOf(rule(`type: event_count, rules: [password_change], ${common}, condition: { gte: 2 }`)), events);
    await counting.evaluate();
    await expect(engine.rpc.call('nearMisses', { runId: counting.plan.runId, atLeast: 1, windowHours: 2 })).rejects.toThrow(
      /Only rules that count/,
    );
  });
});

describe('the ids by which a run is compared with the one before', () => {
  const idsOf = async (group: string): Promise<readonly string[]> => {
    const plan = planOf(rule(`type: event_count, rules: [password_change, email_change], ${group}timespan: 24h, condition: { gte: 1 }`));
    const run = await openWith(plan, {
      [password]: [
        ['a', '2026-11-20 10:00:00', 'first'],
        ['a', '2026-11-20 11:00:00', 'second'],
        ['b · c', '2026-11-20 11:00:00', 'd'],
        ['b', '2026-11-20 11:00:00', 'c · d'],
      ],
    });
    await run.evaluate();
    const { confirmed } = await engine.rpc.call('verdicts', { runId: run.plan.runId, limit: 100 });
    const fields = run.plan.rule.groupBy.length;
    for (const id of confirmed) {
      const only = await run.page({ table: { kind: 'confirmed' }, clients: { ids: [id], isIn: true, fields } });
      expect(only.rows.map((row) => groupId(row.slice(0, fields).map(String)))).toEqual([id]);
      const others = await run.page({ table: { kind: 'confirmed' }, clients: { ids: [id], isIn: false, fields } });
      expect(others.rows.length).toBe(confirmed.length - 1);
    }
    return confirmed.toSorted();
  };

  it('find their rows again, and are those of the clients, of all fields by which the rule groups, and one where it groups by none', async () => {
    expect(await idsOf('group-by: [user_id], ')).toEqual(['a', 'b', 'b · c']);
    expect(await idsOf('group-by: [user_id, note], ')).toEqual(['a · first', 'a · second', 'b \\· c · d', 'b · c \\· d'].toSorted());
    expect(await idsOf('')).toEqual(['all events']);
  });
});
