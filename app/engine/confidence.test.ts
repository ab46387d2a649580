/** The confidence of the report's rows in SQL against the plain function, over random histories, partitions and states of their sources. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answeredShare, clientConfidence, confidenceSteps, type KnownPart } from '../model/client-confidence.ts';
import type { PlannedSource, RunPlan } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, type HarnessRun, missingSource, startEngineHarness } from '../testing/engine-harness.ts';
import { configuredRule, plannedRule } from '../testing/sample-rule.ts';

let engine: EngineHarness;
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
});
afterAll(async () => {
  await engine.close();
});

const window = samplePlan().window;
const types = ['password', 'email', 'phone', 'token'];
/** A standby that knows half of the window, and one that knows a quarter. */
const half = '2026-11-20T02:00:00.000000Z';
const quarter = '2026-11-19T20:00:00.000000Z';

/** Of whole sources, which take the short way through the engine, and of rows that are looked into. */
const isThere = 'user_id|exists: true';
const isLookedAt = "user_id: '*'";
const detectionsOf = (test: string): string =>
  types
    .map(
      (type) =>
        `---\ntitle: ${type}\nname: ${type}_change\nlogsource: { category: ${type} }\ndetection: { s: { ${test} }, condition: s }\n`,
    )
    .join('');
const byClient = 'group-by: [user_id], timespan: 24h';

/** Tokens lie in three partitions, e-mail in two, the other types in one each. */
function planOf(correlation: string, change: Partial<RunPlan> = {}, test = isThere): RunPlan {
  const base = samplePlan(1);
  const source = (database: string, query: string, changeType: string): PlannedSource => ({
    ...base.sources[0]!,
    ...{ id: `${database}/${query}`, database, query, changeType },
  });
  const sources = [
    ...['a', 'b', 'c'].map((database) => source(database, 'tokens', 'token')),
    ...['a', 'b'].map((database) => source(database, 'emails', 'email')),
    source('b', 'passwords', 'password'),
    source('c', 'phones', 'phone'),
  ];
  const databases = ['a', 'b', 'c'].map((name) => ({ ...base.databases[0]!, name }));
  const rule = plannedRule(configuredRule(`title: Tried\nname: tried\ncorrelation: { ${correlation} }\n${detectionsOf(test)}`), sources);
  return { ...base, runId: `confidence-${String(++runs)}`, sources, databases, rule, ...change };
}

const names = types.map((type) => `${type}_change`).join(', ');
const counting = (least: number): string => `type: temporal, rules: [${names}], ${byClient}, condition: { gte: ${String(least)} }`;

type Rows = readonly (readonly [id: string, time: string])[];

function lateSource(plan: RunPlan, id: string, knownUntil: string): MissingSource {
  return missingSource(plan, id, { reason: 'partial', window: { from: knownUntil, to: window.to } });
}

async function evaluated(plan: RunPlan, rows: Readonly<Record<string, Rows>>, missing: readonly MissingSource[]): Promise<HarnessRun> {
  const run = await engine.open(plan);
  for (const { id } of plan.sources) await run.attach(id, eventRows(rows[id] ?? []));
  await engine.rpc.call('evaluate', { runId: plan.runId, missing: [...missing] });
  return run;
}

async function shown(run: HarnessRun): Promise<Record<string, string>> {
  const rows = [...(await run.table('confirmed')), ...(await run.table('undetermined'))];
  return Object.fromEntries(rows.map((row) => [`${String(row.user_id)} ${String(row.verdict)}`, String(row.confidence)]));
}

const at = '2026-11-19 15:00:00';
const whole: Readonly<Record<string, Rows>> = {
  'a/tokens': [['x', at]],
  'a/emails': [['x', at]],
  'b/passwords': [['x', at]],
  'c/phones': [['x', at]],
};

describe('the confidence of a row', () => {
  it('is 1 where every source has answered, and for whoever is confirmed by whole answers while others are missing', async () => {
    expect(await shown(await evaluated(planOf(counting(4)), whole, []))).toEqual({ 'x confirmed': '1' });
    const plan = planOf(counting(4));
    const missing = ['b/tokens', 'b/emails'].map((id) => missingSource(plan, id));
    expect(await shown(await evaluated(plan, whole, missing))).toEqual({ 'x confirmed': '1' });
  });

  it('is lower by what a missing source may still say, and falls by the penalty of the plan', async () => {
    const first = planOf(counting(4));
    expect(await shown(await evaluated(first, whole, [missingSource(first, 'c/phones')]))).toEqual({ 'x undetermined': '0.75' });
    const second = planOf(counting(4), { confidencePenalty: 2 });
    expect(await shown(await evaluated(second, whole, [missingSource(second, 'c/phones')]))).toEqual({ 'x undetermined': '0.5625' });
    const third = planOf(counting(4));
    const partitions = ['a/tokens', 'b/tokens'].map((id) => missingSource(third, id));
    // One of three partitions of the tokens has answered: (1 + 1 + 1 + 1/3) / 4, never rounded up.
    expect(await shown(await evaluated(third, whole, partitions))).toEqual({ 'x undetermined': '0.8333' });
  });

  it('is lower where the rows come from a standby that is behind, and keeps the highest of several partitions', async () => {
    const first = planOf(counting(4));
    expect(await shown(await evaluated(first, whole, [lateSource(first, 'c/phones', half)]))).toEqual({ 'x confirmed': '0.875' });
    const second = planOf(counting(4));
    const late = [lateSource(second, 'a/tokens', quarter), missingSource(second, 'c/tokens'), missingSource(second, 'b/tokens')];
    // A quarter of the tokens' window is known where the row is from: (1 + 1 + 1 + 1/4) / 4.
    expect(await shown(await evaluated(second, whole, late))).toEqual({ 'x confirmed': '0.8125' });
    const third = planOf(counting(4));
    const both = { ...whole, 'b/tokens': [['x', '2026-11-19 14:30:00']] as const };
    // The latest change, which the row shows, is from the standby; an earlier one is in a whole answer.
    expect(await shown(await evaluated(third, both, late.slice(0, 2)))).toEqual({ 'x confirmed': '1' });
  });

  it('of a rule that looks into rows counts what may still decide', async () => {
    const plan = planOf(`type: event_count, rules: [token_change], ${byClient}, condition: { gte: 2 }`);
    expect(await shown(await evaluated(plan, whole, [missingSource(plan, 'c/tokens')]))).toEqual({ 'x undetermined': '0.6666' });
    const not = planOf(`type: temporal, ${byClient}, condition: token_change and not phone_change`);
    const rows = { ...whole, 'c/phones': [] };
    expect(await shown(await evaluated(not, rows, []))).toEqual({ 'x confirmed': '1' });
    expect(await shown(await evaluated(not, rows, [missingSource(not, 'c/phones')]))).toEqual({ 'x undetermined': '0.5' });
  });

  it('of a window that a hunt finds is that of the events in it', async () => {
    const range = { from: '2026-11-10T14:00:00.000000Z', to: window.to };
    const plan = planOf(counting(2), { range, window: range });
    const rows = {
      'a/tokens': [['x', '2026-11-11 10:00:00']] as const,
      'b/passwords': [['x', '2026-11-11 11:00:00']] as const,
    };
    expect(await shown(await evaluated(plan, rows, []))).toEqual({ 'x confirmed': '1' });
    const again = planOf(counting(2), { range, window: range });
    const late = [lateSource(again, 'a/tokens', '2026-11-15T14:00:00.000000Z')];
    // Two of the three partitions of the tokens know all of the range, the one with the row half of it: (1 + (1 + 1 + 1/2) / 3) / 2.
    expect(await shown(await evaluated(again, rows, late))).toEqual({ 'x confirmed': '0.9166' });
  });

  it('stands in what is told about one client, and is not there for whoever the report does not list', async () => {
    const plan = planOf(counting(4));
    const run = await evaluated(plan, whole, [missingSource(plan, 'c/phones')]);
    const standingOf = async (client: string) => (await engine.rpc.call('clientRows', { runId: plan.runId, client, limit: 10 })).standing;
    expect(await standingOf('x')).toEqual({ verdict: 'undetermined', confidence: 0.75 });
    expect(await standingOf('y')).toBeUndefined();
    await run.evaluate();
    expect(await standingOf('x')).toEqual({ verdict: 'confirmed', confidence: 1 });
    const byNote = planOf('type: event_count, rules: [token_change], group-by: [note], timespan: 24h, condition: { gte: 1 }');
    const noted = await evaluated(byNote, whole, []);
    expect((await engine.rpc.call('clientRows', { runId: noted.plan.runId, client: 'x', limit: 10 })).standing).toBeUndefined();
  });

  it('can be sorted and filtered by', async () => {
    const plan = planOf(counting(2));
    const rows = {
      'a/tokens': [
        ['x', at],
        ['z', at],
      ],
      'a/emails': [['x', at]],
      'b/emails': [['y', at]],
    } as const;
    const run = await evaluated(plan, rows, [
      lateSource(plan, 'a/tokens', half),
      missingSource(plan, 'c/tokens'),
      lateSource(plan, 'a/emails', quarter),
    ]);
    const ids = async (change: Parameters<HarnessRun['table']>[1]) => (await run.table('undetermined', change)).map((row) => row.user_id);
    expect(await run.table('undetermined')).toMatchObject([
      { user_id: 'y', confidence: '0.75' },
      // Half of what the token rests on, and five eighths of where an e-mail may be.
      { user_id: 'z', confidence: '0.5625' },
    ]);
    const falling = await ids({ sort: { column: 'confidence', descending: true } });
    expect(await ids({ sort: { column: 'confidence', descending: false } })).toEqual(falling.toReversed());
    expect(falling).toEqual(['y', 'z']);
    expect(await ids({ filters: [{ column: 'confidence', contains: '0.75' }] })).toEqual(['y']);
    expect(await ids({ filters: [{ column: 'confidence', contains: '0.8' }] })).toEqual([]);
  });

  it.each([
    ['whole sources', isThere],
    ['rows', isLookedAt],
  ])('is what the plain function says of a rule about %s, for random histories and states of the sources', async (_, test) => {
    const state = fc.constantFrom('whole', 'half', 'quarter', 'missing');
    const ids = fc.subarray(['1', '2', '3', '4', '5']);
    const histories = fc.array(fc.record({ ids, state, late: fc.boolean() }), { minLength: 7, maxLength: 7 });
    let judged = 0;
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, 2, 0.5), async (sources, least, penalty) => {
        const plan = planOf(counting(least), { confidencePenalty: penalty }, test);
        const missingAt = (place: number): MissingSource | undefined => {
          const { id } = plan.sources[place]!;
          const { state: own } = sources[place]!;
          if (own === 'missing') return missingSource(plan, id);
          return own === 'whole' ? undefined : lateSource(plan, id, own === 'half' ? half : quarter);
        };
        const missing = plan.sources.flatMap((_, place) => missingAt(place) ?? []);
        const rows = plan.sources.map(({ id }, place): [string, Rows] => {
          const time = `2026-11-19 ${sources[place]!.late ? '16' : '15'}:00:0${String(place)}`;
          return [id, sources[place]!.ids.map((client) => [client, time])];
        });
        const run = await evaluated(plan, Object.fromEntries(rows), missing);
        for (const row of [...(await run.table('confirmed')), ...(await run.table('undetermined'))]) {
          const parts = types.map((type): KnownPart => {
            const places = plan.sources.flatMap(({ changeType }, place) => (changeType === type ? [place] : []));
            const shareAt = (place: number): number => answeredShare(window, missingAt(place));
            const shows = places.filter(
              (place) => sources[place]!.state !== 'missing' && sources[place]!.ids.includes(String(row.user_id)),
            );
            return { shares: places.map(shareAt), shownBy: shows.map(shareAt), isOpen: false };
          });
          const verdict = row.verdict === 'confirmed' ? 'confirmed' : 'undetermined';
          const expected = clientConfidence({ verdict, parts, needed: least, penalty });
          expect(Number(row.confidence)).toBe(confidenceSteps(expected) / 10_000);
          judged++;
        }
        await engine.rpc.call('close', { runId: plan.runId });
      }),
      { numRuns: 40 },
    );
    expect(judged).toBeGreaterThan(40);
  });
});
